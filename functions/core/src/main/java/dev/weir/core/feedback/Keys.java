package dev.weir.core.feedback;

import dev.weir.core.port.Key;
import dev.weir.core.port.Sha256;
import java.time.LocalDate;

/**
 * Rows of feedback: {@code feedback/call/<hash>} a few per call, {@code feedback/day/<date>} one
 * write per judgement (some per second at most), {@code erasure/<channel>/<hash>} one per person.
 */
final class Keys {

  private Keys() {}

  static String call(String callId) {
    return "feedback/call/" + Sha256.hexOfFields(callId);
  }

  static Key ofCall(String callId, String channelId, String eventKey) {
    return new Key(call(callId), Sha256.hexOfFields(channelId, eventKey));
  }

  static String day(LocalDate day) {
    return "feedback/day/" + day;
  }

  static Key ofDay(LocalDate day, String callId, String channelId, String eventKey) {
    return new Key(day(day), Sha256.hexOfFields(callId, channelId, eventKey));
  }

  static Key erasure(String channelId, String bindingId, String user) {
    return new Key(erasures(channelId, bindingId), Sha256.hexOfFields(user));
  }

  static String erasures(String channelId, String bindingId) {
    return "erasure/" + channelId + "/" + Sha256.hexOfFields(bindingId);
  }
}
