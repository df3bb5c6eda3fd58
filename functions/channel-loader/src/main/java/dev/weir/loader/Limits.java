package dev.weir.loader;

/** Every limit of loading a plugin and of the world that it is given. */
public final class Limits {

  /** The largest plugin jar, in bytes. */
  public static final long JAR_MAX_BYTES = 32L << 20;

  /** The most entries of a plugin jar. */
  public static final int JAR_ENTRIES_MAX = 20_000;

  /** The largest sum of a jar's entries once unpacked, in bytes. */
  public static final long JAR_UNPACKED_MAX_BYTES = 256L << 20;

  /** The largest manifest, in bytes. */
  public static final int MANIFEST_MAX_BYTES = 64 << 10;

  /** The most settings, secrets, hosts or meters of a manifest, each. */
  public static final int MANIFEST_ENTRIES_MAX = 64;

  /** The longest value of a setting, in characters. */
  public static final int SETTING_MAX_CHARS = 2048;

  /** The most lines of one batch that a meter may ask for. */
  public static final int BATCH_MAX = 1000;

  /** The time of an HTTP request where the plugin names none, in milliseconds. */
  public static final int HTTP_DEFAULT_TIMEOUT_MS = 10_000;

  /** The longest time of an HTTP request, in milliseconds. */
  public static final int HTTP_MAX_TIMEOUT_MS = 60_000;

  /** The largest body of an HTTP request, in bytes. */
  public static final int HTTP_REQUEST_MAX_BYTES = 4 << 20;

  /** The largest body of an HTTP answer, in bytes. */
  public static final int HTTP_ANSWER_MAX_BYTES = 4 << 20;

  /** The most entries of a channel's private state that live at one time. */
  public static final int STATE_ENTRIES_MAX = 20_000;

  /** The largest value of a channel's private state, in bytes of UTF-8. */
  public static final int STATE_VALUE_MAX_BYTES = 16 << 10;

  /** The longest key of a channel's private state, in characters. */
  public static final int STATE_KEY_MAX_CHARS = 256;

  private Limits() {}
}
