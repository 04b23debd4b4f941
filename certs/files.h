// The few things certs/ does with files: bounded reads, reads of secrets, and writes of whole
// files.
//
// Thread-safe: no state. Errors name the path and the reason.
//
//   Result<std::string> key = read_private_file(directory / "ca.key.pem", 64 * 1024);
//   Result<bool> mine = write_new_file(directory / "ca.key.pem", pem, 0600);
#pragma once

#include "base/result.h"

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace cork::certs {

// A file larger than `max_bytes` is an error, and so is anything but a regular file.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes);

// The same for a file that holds a secret: refuses a symbolic link, an owner who is neither this
// process's user nor root, and a mode that lets group or others in; says what to run.
Result<std::string> read_private_file(const std::filesystem::path& path, std::size_t max_bytes);

// Makes the file whole or not at all: written beside its place, synced, then renamed there. False
// where the name is taken already, and then nothing was changed.
Result<bool> write_new_file(const std::filesystem::path& path, std::string_view content,
                            mode_t mode);

// The same, taking the place of what is there: who reads the name meanwhile gets the one or the
// other, and of several writers the last one's stays. A symbolic link is replaced, not followed.
Result<void> replace_file(const std::filesystem::path& path, std::string_view content, mode_t mode);

// Makes the folder for its owner alone (0700) where there is none, and those above it likewise.
Result<void> make_private_folder(const std::filesystem::path& path);

}  // namespace cork::certs
