package dev.weir.core.meter;

/**
 * Who sends batches: one life of one host, or a lane.
 *
 * @param host the host's lasting name, 1 to 200 characters
 * @param boot made anew at each start, after any snapshot was restored, so that clones differ
 */
public record SourceName(String host, String boot) {

  private static final String LANE = "lane";

  public SourceName {
    check("host", host);
    check("boot", boot);
  }

  private static void check(String what, String value) {
    if (value.isEmpty() || value.length() > 200) {
      throw new IllegalArgumentException(what + " length " + value.length() + " not in 1..200");
    }
  }

  static SourceName lane(int lane) {
    return new SourceName(LANE, Integer.toString(lane));
  }

  /** The source's id: {@code lane-3}, or {@code j-} and a hash of host and boot. */
  public String id() {
    return host.equals(LANE) ? LANE + "-" + boot : "j-" + StableId.of(host, boot);
  }

  /** The key of the fact at a position of this source's journal. */
  String factKey(long position) {
    return StableId.of("journal", host, boot, Long.toString(position));
  }
}
