package dev.weir.gateway.openapi;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * JSON Schemas of records, as {@link Json#MAPPER} reads and writes them: a component that is not
 * {@link Optional} is required, map keys are strings, sealed types are told apart by a field. Not
 * thread-safe.
 */
final class Schemas {

  private static final String REF = "#/components/schemas/";

  private final ObjectNode components;
  private final Map<String, Class<?>> names = new HashMap<>();

  /** Puts the schemas of records among the components. */
  Schemas(ObjectNode components) {
    this.components = components;
  }

  /** The schema of a type; records are referred to by name. */
  ObjectNode of(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic(generic);
    }
    Class<?> raw = (Class<?>) type;
    if (raw == long.class || raw == Long.class || raw == OptionalLong.class) {
      return primitive("integer").put("format", "int64");
    }
    if (raw == int.class || raw == Integer.class || raw == OptionalInt.class) {
      return primitive("integer").put("format", "int32");
    }
    if (raw == double.class || raw == Double.class) {
      return primitive("number");
    }
    if (raw == boolean.class || raw == Boolean.class) {
      return primitive("boolean");
    }
    if (raw == String.class || raw == Duration.class) {
      return primitive("string");
    }
    if (raw == Instant.class) {
      return primitive("string").put("format", "date-time");
    }
    if (raw == YearMonth.class) {
      return primitive("string").put("pattern", "^[0-9]{4}-[0-9]{2}$");
    }
    if (raw == URI.class) {
      return primitive("string").put("format", "uri");
    }
    if (raw.isEnum()) {
      return enumeration(raw);
    }
    return raw.isRecord() || raw.isSealed() ? named(raw) : Json.MAPPER.createObjectNode();
  }

  private ObjectNode generic(ParameterizedType type) {
    Class<?> raw = (Class<?>) type.getRawType();
    Type[] arguments = type.getActualTypeArguments();
    if (raw == Optional.class) {
      return of(arguments[0]);
    }
    if (Collection.class.isAssignableFrom(raw)) {
      ObjectNode array = primitive("array");
      array.set("items", of(arguments[0]));
      return array;
    }
    if (Map.class.isAssignableFrom(raw)) {
      ObjectNode map = primitive("object");
      map.set("additionalProperties", of(arguments[1]));
      return map;
    }
    throw new IllegalArgumentException("no schema for " + type);
  }

  private static ObjectNode enumeration(Class<?> type) {
    ObjectNode schema = primitive("string");
    ArrayNode values = schema.putArray("enum");
    for (Object constant : type.getEnumConstants()) {
      JsonNode value = Json.MAPPER.valueToTree(constant);
      values.add(value);
    }
    return schema;
  }

  private ObjectNode named(Class<?> type) {
    String name = name(type);
    if (!components.has(name)) {
      components.putObject(name); // a place for it, should it hold itself
      components.set(name, type.isRecord() ? object(type) : oneOf(type));
    }
    return Json.MAPPER.createObjectNode().put("$ref", REF + name);
  }

  private String name(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    String name = type.getSimpleName();
    // A part of a record is called after it; what a class only holds, where its name is taken.
    boolean part = outer != null && (outer.isRecord() || outer.isInterface());
    if (outer != null && (part || names.getOrDefault(name, type) != type)) {
      name = outer.getSimpleName() + name;
    }
    Class<?> taken = names.putIfAbsent(name, type);
    if (taken != null && taken != type) {
      throw new IllegalArgumentException(taken + " and " + type + " are both " + name);
    }
    return name;
  }

  private ObjectNode object(Class<?> type) {
    ObjectNode schema = primitive("object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = Json.MAPPER.createArrayNode();
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getAccessor().isAnnotationPresent(JsonValue.class)) {
        return of(component.getGenericType());
      }
      JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
      String name =
          renamed == null || renamed.value().isEmpty() ? component.getName() : renamed.value();
      properties.set(name, of(component.getGenericType()));
      boolean absent =
          component.getType() == Optional.class
              || component.getType() == OptionalLong.class
              || component.getType() == OptionalInt.class;
      if (!absent) {
        required.add(name);
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    return schema;
  }

  /** Told apart by the field that {@link JsonTypeInfo} names. */
  private ObjectNode oneOf(Class<?> type) {
    Class<?> told = told(type);
    JsonTypeInfo info = told.getAnnotation(JsonTypeInfo.class);
    JsonSubTypes types = told.getAnnotation(JsonSubTypes.class);
    ObjectNode schema = Json.MAPPER.createObjectNode();
    ArrayNode choices = schema.putArray("oneOf");
    for (JsonSubTypes.Type choice : types.value()) {
      if (!type.isAssignableFrom(choice.value())) {
        continue;
      }
      ArrayNode all = choices.addObject().putArray("allOf");
      all.add(of(choice.value()));
      ObjectNode tag = primitive("object");
      tag.putObject("properties").putObject(info.property()).put("const", choice.name());
      tag.putArray("required").add(info.property());
      all.add(tag);
    }
    return schema;
  }

  /** The type itself or the one above it that says how its kinds are told apart. */
  private static Class<?> told(Class<?> type) {
    if (type.isAnnotationPresent(JsonTypeInfo.class)
        && type.isAnnotationPresent(JsonSubTypes.class)) {
      return type;
    }
    for (Class<?> above : type.getInterfaces()) {
      return told(above);
    }
    throw new IllegalArgumentException(type + " does not say what it is in JSON");
  }

  private static ObjectNode primitive(String type) {
    return Json.MAPPER.createObjectNode().put("type", type);
  }
}
