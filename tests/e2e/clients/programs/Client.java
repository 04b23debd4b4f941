import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.SequenceInputStream;
import java.io.ByteArrayInputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/** Java's two clients as a program of matrix.py: `java Client.java HttpClient|HttpURLConnection`. */
public class Client {
  record Answer(int status, String decision, byte[] body) {}

  interface Sender {
    Answer send(String method, String url, String body) throws Exception;
  }

  static final int SHOWN = 64 * 1024;
  static final byte[] FILLER =
      Arrays.copyOf(
          "nothing to see here, ".repeat(50000).getBytes(StandardCharsets.US_ASCII), 1 << 20);

  /** The pieces of `@MIB,AT,TEXT`, or a text. */
  static InputStream content(String body) {
    if (!body.startsWith("@")) return new ByteArrayInputStream(body.getBytes());
    String[] words = body.substring(1).split(",", 3);
    List<InputStream> pieces = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(words[0]); ++i) {
      if (i == Integer.parseInt(words[1])) {
        pieces.add(new ByteArrayInputStream(words[2].getBytes()));
      }
      pieces.add(new ByteArrayInputStream(FILLER));
    }
    return new SequenceInputStream(Collections.enumeration(pieces));
  }

  static Sender httpClient() {
    HttpClient client = HttpClient.newHttpClient();
    return (method, url, body) -> {
      BodyPublisher sent = BodyPublishers.noBody();
      if (body.startsWith("@")) sent = BodyPublishers.ofInputStream(() -> content(body));
      else if (!body.isEmpty()) sent = BodyPublishers.ofString(body);
      var answer =
          client.send(
              HttpRequest.newBuilder(URI.create(url)).method(method, sent).build(),
              BodyHandlers.ofByteArray());
      String decision = answer.headers().firstValue("Cork-Decision").orElse("");
      return new Answer(answer.statusCode(), decision, answer.body());
    };
  }

  static Answer withUrlConnection(String method, String url, String body) throws IOException {
    var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    connection.setRequestMethod(method);
    if (!body.isEmpty()) {
      connection.setDoOutput(true);
      if (body.startsWith("@")) connection.setChunkedStreamingMode(0);
      try (var out = connection.getOutputStream()) {
        content(body).transferTo(out);
      } catch (IOException early) {
        // The answer came before the end of the upload: it is read below.
      }
    }
    int status = connection.getResponseCode();
    String decision = connection.getHeaderField("Cork-Decision");
    try (var in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      return new Answer(status, decision == null ? "" : decision, in.readAllBytes());
    }
  }

  public static void main(String[] arguments) throws Exception {
    Sender sender =
        arguments[0].equals("HttpClient") ? httpClient() : Client::withUrlConnection;
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split("\t", 3);
      Answer answer;
      try {
        answer = sender.send(words[0], words[1], words[2]);
      } catch (IOException error) {
        answer = new Answer(0, "", error.toString().getBytes());
      }
      byte[] body = answer.body();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
      byte[] shown = Arrays.copyOf(body, Math.min(SHOWN, body.length));
      System.out.println(
          String.join(
              "\t",
              Integer.toString(answer.status()),
              answer.decision(),
              Integer.toString(body.length),
              HexFormat.of().formatHex(digest),
              Base64.getEncoder().encodeToString(shown)));
    }
  }
}
