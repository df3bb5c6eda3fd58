package dev.weir.core.dataset;

import dev.weir.core.port.Key;
import dev.weir.core.port.Sha256;
import dev.weir.core.port.Table;
import java.util.List;
import java.util.Optional;

/**
 * Where datasets lie in the table. {@code datasets}: one row per name, written at each upload, some
 * a day. {@code dataset/<name>}: one row per version. {@code subject/<hash of a binding>}: one row
 * per version, and one per person and version, all written at an upload.
 */
final class Keys {

  static final String NAMES = "datasets";

  private Keys() {}

  static Key name(String name) {
    return new Key(NAMES, name);
  }

  static String versions(String name) {
    return "dataset/" + name;
  }

  static Key version(String name, int version) {
    return new Key(versions(name), "version/%08d".formatted(version));
  }

  /** From a subject, and from its binding, to a version. */
  static List<Key> subject(Subject subject, String name, int version) {
    String binding = binding(subject.channelId(), subject.bindingId());
    String ref = "%s/%08d".formatted(name, version);
    return List.of(new Key(binding, "all/" + ref), new Key(binding, user(subject.user()) + ref));
  }

  static Table.Query subjectVersions(String channelId, String bindingId, Optional<String> user) {
    return Table.Query.prefix(binding(channelId, bindingId), user.map(Keys::user).orElse("all/"));
  }

  private static String binding(String channelId, String bindingId) {
    return "subject/" + Sha256.hexOfFields(channelId, bindingId);
  }

  private static String user(String user) {
    return "user/" + Sha256.hexOfFields(user) + "/";
  }
}
