package dev.weir.kit;

import dev.weir.spi.ChannelException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that is read by path: {@code text("event", "message", "chat_id")}. An absent field,
 * a null and a field of another type all read as empty; {@code require…} names the path instead.
 * Immutable as long as nobody changes the map it was made of.
 */
public final class JsonObject {

  private final Map<?, ?> fields;

  JsonObject(Map<?, ?> fields) {
    this.fields = fields;
  }

  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    fields.keySet().forEach(k -> names.add(String.valueOf(k)));
    return names;
  }

  public Optional<String> text(String... path) {
    return at(path) instanceof String s ? Optional.of(s) : Optional.empty();
  }

  /**
   * The text at the path.
   *
   * @throws ChannelException {@code MALFORMED} where there is none
   */
  public String requireText(String... path) {
    return text(path).orElseThrow(() -> missing(path, "text"));
  }

  /** The text of a string, number or boolean; of a number as Java writes it. */
  public Optional<String> scalar(String... path) {
    return switch (at(path)) {
      case String s -> Optional.of(s);
      case Number n -> Optional.of(n.toString());
      case Boolean b -> Optional.of(b.toString());
      case null, default -> Optional.empty();
    };
  }

  /**
   * A whole number that fits 64 bits; also where it is written as {@code 1.7947440E9}, as AWS
   * writes times, up to 2⁵³.
   */
  public Optional<Long> number(String... path) {
    return switch (at(path)) {
      case Integer i -> Optional.of(i.longValue());
      case Long l -> Optional.of(l);
      case BigInteger b when b.bitLength() < 64 -> Optional.of(b.longValueExact());
      case Double d when d == Math.rint(d) && Math.abs(d) <= 0x1p53 -> Optional.of(d.longValue());
      case null, default -> Optional.empty();
    };
  }

  /**
   * The whole number at the path.
   *
   * @throws ChannelException {@code MALFORMED} where there is none
   */
  public long requireNumber(String... path) {
    return number(path).orElseThrow(() -> missing(path, "whole number"));
  }

  public Optional<Boolean> flag(String... path) {
    return at(path) instanceof Boolean b ? Optional.of(b) : Optional.empty();
  }

  public Optional<JsonObject> object(String... path) {
    return at(path) instanceof Map<?, ?> map ? Optional.of(new JsonObject(map)) : Optional.empty();
  }

  /**
   * The object at the path.
   *
   * @throws ChannelException {@code MALFORMED} where there is none
   */
  public JsonObject requireObject(String... path) {
    return object(path).orElseThrow(() -> missing(path, "object"));
  }

  /** The objects of the list at the path; others in it are passed over; empty without a list. */
  public List<JsonObject> objects(String... path) {
    List<JsonObject> found = new ArrayList<>();
    if (at(path) instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof Map<?, ?> map) {
          found.add(new JsonObject(map));
        }
      }
    }
    return found;
  }

  /** The texts of the list at the path; others in it are passed over; empty without a list. */
  public List<String> texts(String... path) {
    List<String> found = new ArrayList<>();
    if (at(path) instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof String s) {
          found.add(s);
        }
      }
    }
    return found;
  }

  /** The same as JSON text. */
  public String write() {
    return Json.write(fields);
  }

  private @Nullable Object at(String... path) {
    Object here = fields;
    for (String name : path) {
      here = here instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return here;
  }

  private static ChannelException missing(String[] path, String what) {
    return Json.malformed("no " + what + " at /" + String.join("/", path), null);
  }
}
