package dev.weir.core.port;

/** The names of the queues. A channel has two of its own: see {@link #deliver}, {@link #report}. */
public final class Queues {

  /** Jobs to be launched, or to be looked after. Group: the job. */
  public static final String JOBS = "jobs";

  /** Events that channel hosts stored, for the gateway to work on. Group: channel/conversation. */
  public static final String CHANNEL_EVENTS = "channel-events";

  /** Calls that were queued. Group: the conversation. */
  public static final String CALLS = "calls";

  /** Notices to be told. Group: the notice, then the notice and its target. */
  public static final String NOTICES = "notices";

  private Queues() {}

  /** Replies that a channel must deliver. */
  public static String deliver(String channelId) {
    return "deliver-" + channelId;
  }

  /** Sealed lines and statements that a channel must report. */
  public static String report(String channelId) {
    return "report-" + channelId;
  }
}
