package dev.weir.kit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import dev.weir.spi.ChannelException;
import dev.weir.spi.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Strict JSON: UTF-8 only, no duplicate keys, nothing but white space after the value. Strictness
 * matters where a signature hashes key and body side by side, because a lenient reader lets bytes
 * be appended.
 */
public final class Json {

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final JSON WRITER = JSON.std.with(JSON.Feature.FAIL_ON_UNKNOWN_TYPE_WRITE);

  private Json() {}

  /**
   * Reads an object.
   *
   * @throws ChannelException {@code MALFORMED} (PARTNER) where it is not exactly one object
   */
  public static JsonObject object(byte[] utf8) {
    return object(text(utf8));
  }

  /**
   * Reads an object.
   *
   * @throws ChannelException {@code MALFORMED} (PARTNER) where it is not exactly one object
   */
  public static JsonObject object(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      Object value = JSON.std.anyFrom(parser);
      if (parser.nextToken() != null) {
        throw malformed("something follows the JSON value", null);
      }
      if (value instanceof Map<?, ?> map) {
        return new JsonObject(map);
      }
      throw malformed("not a JSON object", null);
    } catch (IOException e) {
      // The reader's own message may quote the body, which may hold what people wrote.
      throw malformed("not JSON", e);
    }
  }

  /** Writes maps, lists, strings, numbers, booleans and nulls; keys in the order of the map. */
  public static String write(Object value) {
    try {
      return WRITER.asString(value);
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON: " + value.getClass().getName(), e);
    }
  }

  private static String text(byte[] utf8) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw malformed("not UTF-8", e);
    }
  }

  static ChannelException malformed(String why, @Nullable Throwable cause) {
    return new ChannelException(ErrorCode.MALFORMED, why, -1, cause);
  }
}
