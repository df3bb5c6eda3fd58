package dev.weir.core.dataset;

import dev.weir.core.port.Sha256;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A person whose words a row holds, as a channel knows them. In a file: {@code
 * channel/binding/user}, each percent-encoded where it holds {@code /} or {@code %}.
 */
public record Subject(String channelId, String bindingId, String user) {

  static Optional<Subject> parse(String cell) {
    String[] parts = cell.split("/", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    for (int i = 0; i < parts.length; i++) {
      try {
        // A plus is a plus here, not a space.
        parts[i] = URLDecoder.decode(parts[i].replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
      if (parts[i].isBlank()) {
        return Optional.empty();
      }
    }
    return Optional.of(new Subject(parts[0], parts[1], parts[2]));
  }

  /** SHA-256, in hex: what lists of subjects show instead of the names. */
  public String id() {
    return Sha256.hexOfFields(channelId, bindingId, user);
  }
}
