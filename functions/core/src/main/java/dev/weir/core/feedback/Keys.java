package dev.weir.core.feedback;

import dev.weir.core.port.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.HexFormat;

/**
 * Rows of feedback: {@code feedback/call/<hash>} a few per call, {@code feedback/day/<date>} one
 * write per judgement (some per second at most), {@code erasure/<channel>/<hash>} one per person.
 */
final class Keys {

  private Keys() {}

  static String call(String callId) {
    return "feedback/call/" + hash(callId);
  }

  static Key ofCall(String callId, String channelId, String eventKey) {
    return new Key(call(callId), hash(channelId, eventKey));
  }

  static String day(LocalDate day) {
    return "feedback/day/" + day;
  }

  static Key ofDay(LocalDate day, String callId, String channelId, String eventKey) {
    return new Key(day(day), hash(callId, channelId, eventKey));
  }

  static Key erasure(String channelId, String bindingId, String user) {
    return new Key(erasures(channelId, bindingId), hash(user));
  }

  static String erasures(String channelId, String bindingId) {
    return "erasure/" + channelId + "/" + hash(bindingId);
  }

  private static String hash(String... fields) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    for (String field : fields) {
      byte[] utf8 = field.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, utf8.length));
      digest.update(utf8);
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
