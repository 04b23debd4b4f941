// aws-chunked, the content coding by which clients of S3 sign what they upload in pieces: a size in
// hexadecimal digits, what is signed of it, the data, and behind the last piece trailers.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
#include "base/ascii.h"
#include "rules/secrets/content_decoder.h"

#include <algorithm>
#include <utility>

namespace cork::secrets {
namespace {

class AwsChunkedDecoder final : public Decoder {
 public:
  Verdict push_some(Bytes& input, Offset at, Sink& sink) override;
  Verdict finish(Sink& sink) override;
  [[nodiscard]] Offset pending_from() const noexcept override { return end_; }
  [[nodiscard]] std::string_view name() const noexcept override { return "aws-chunked"; }
  [[nodiscard]] std::string_view problem() const noexcept override { return problem_; }

 private:
  enum class State : std::uint8_t { size, extension, data, data_end, trailers, over };
  // Of a line that is none of the data: more says nothing that is signed.
  static constexpr std::size_t kLongestLine = 1024, kMostDigits = 12;

  void refuse(std::string_view problem) noexcept {
    if (problem_.empty()) problem_ = problem;
  }
  [[nodiscard]] Verdict verdict() const noexcept {
    return problem_.empty() ? Verdict::clean : Verdict::unscannable;
  }
  void framing_byte(char c);
  void end_line();

  State state_ = State::size;
  std::uint64_t left_ = 0;  // of the data
  std::size_t line_ = 0, digits_ = 0;
  bool returned_ = false;  // a carriage return stands in front
  Offset end_ = 0;
  std::string_view problem_;
};

Verdict AwsChunkedDecoder::push_some(Bytes& input, Offset at, Sink& sink) {
  Bytes rest = std::exchange(input, {});
  end_ = at + rest.size();
  while (!rest.empty() && problem_.empty()) {
    if (state_ != State::data) {
      framing_byte(static_cast<char>(rest.front()));
      rest = rest.subspan(1);
      continue;
    }
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, rest.size()));
    const Offset from = end_ - rest.size();
    sink.append(rest.first(size), Origin{from, from + size, 1, false});
    rest = rest.subspan(size);
    left_ -= size;
    if (left_ == 0) state_ = State::data_end;
  }
  return verdict();
}

void AwsChunkedDecoder::framing_byte(char c) {
  if (state_ == State::over) return refuse("something behind the end of aws-chunked data");
  if (std::exchange(returned_, c == '\r')) {
    return c == '\n' ? end_line() : refuse("aws-chunked data with a line that does not end");
  }
  if (c == '\r') return;
  if (++line_ > kLongestLine) return refuse("aws-chunked data with a line that is too long");
  if (state_ == State::data_end) return refuse("aws-chunked data that is longer than it says");
  if (state_ != State::size) return;
  if (c == ';' && digits_ > 0) {
    state_ = State::extension;
    return;
  }
  const int digit = hex_value(c);
  if (digit < 0 || ++digits_ > kMostDigits) return refuse("aws-chunked data without a size");
  left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
}

void AwsChunkedDecoder::end_line() {
  const std::size_t length = std::exchange(line_, 0);
  switch (state_) {
    case State::size:
    case State::extension:
      if (std::exchange(digits_, 0) == 0) return refuse("aws-chunked data without a size");
      state_ = left_ > 0 ? State::data : State::trailers;
      break;
    case State::data_end:
      state_ = State::size;
      break;
    default:
      if (length == 0) state_ = State::over;
  }
}

Verdict AwsChunkedDecoder::finish(Sink& /*sink*/) {
  // Some clients leave out the line behind the last piece.
  const bool whole = state_ == State::over || (state_ == State::trailers && line_ == 0);
  if (!whole) refuse("aws-chunked data ends early");
  return verdict();
}

}  // namespace

std::unique_ptr<Decoder> make_aws_chunked_decoder() {
  return std::make_unique<AwsChunkedDecoder>();
}

}  // namespace cork::secrets
