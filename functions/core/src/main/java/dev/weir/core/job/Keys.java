package dev.weir.core.job;

import dev.weir.core.port.Key;

/**
 * Where jobs lie in the table. {@code jobs}: a summary per job, newest last, one write per change
 * of state. {@code jobs-live}: one row per job that is not finished; what the reaper looks at.
 * {@code job/<id>}: {@code state} (a write per heartbeat) and {@code metric/<step>}, about one a
 * second at most.
 */
final class Keys {

  static final String JOBS = "jobs";
  static final String LIVE = "jobs-live";
  static final String METRIC = "metric/";

  private Keys() {}

  static Key summary(String id) {
    return new Key(JOBS, id);
  }

  static Key live(String id) {
    return new Key(LIVE, id);
  }

  static String job(String id) {
    return "job/" + id;
  }

  static Key state(String id) {
    return new Key(job(id), "state");
  }

  static Key metric(String id, long step) {
    return new Key(job(id), METRIC + "%012d".formatted(step));
  }
}
