package dev.weir.core.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns Jackson's exceptions into one sentence for the sender: path, line, column, violation. */
final class Problems {

  /** What Jackson says of a record's component that is null or absent. */
  private static final Pattern MISSING =
      Pattern.compile("Null value for creator property '(\\w+)'");

  /** What Jackson says of the types that it knows where a value's is another. */
  private static final Pattern KNOWN_TYPES = Pattern.compile("known type ids = \\[([^]]*)]");

  private Problems() {}

  static String describe(JsonProcessingException e) {
    String where =
        e.getLocation() == null
            ? ""
            : " at line "
                + e.getLocation().getLineNr()
                + " column "
                + e.getLocation().getColumnNr();
    String path = e instanceof JsonMappingException m ? path(m) : "";
    String message = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
    Matcher missing = MISSING.matcher(message);
    if (missing.find()) {
      return "field \""
          + missing.group(1)
          + "\" is missing"
          + (path.isEmpty() ? "" : " at " + path);
    }
    String at = path.isEmpty() ? where : " at " + path;
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          "field \"" + unknown.getPropertyName() + "\" is not known" + at;
      case InvalidTypeIdException type -> type(type, message, at);
      case MismatchedInputException wrong when wrong.getTargetType() != null && !ended(wrong) ->
          (path.isEmpty() ? "the JSON" : "field " + path)
              + " is not "
              + expected(wrong.getTargetType())
              + where;
      default -> "malformed JSON" + (path.isEmpty() ? "" : " at " + path) + where + ": " + message;
    };
  }

  private static String type(InvalidTypeIdException e, String message, String at) {
    if (e.getTypeId() == null) {
      return "field \"type\" is missing" + at;
    }
    Matcher known = KNOWN_TYPES.matcher(message);
    return "type \"%s\"%s is not one of %s"
        .formatted(e.getTypeId(), at, known.find() ? known.group(1) : "those known");
  }

  /** The end of the text where more was expected has a place, but no value. */
  private static boolean ended(MismatchedInputException e) {
    return e.getOriginalMessage().contains("end-of-input");
  }

  private static String expected(Class<?> type) {
    if (type == String.class) {
      return "text";
    }
    if (type == Instant.class) {
      return "a time like 2026-11-01T00:00:00Z";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type.isEnum()) {
      return "one of "
          + Arrays.stream(type.getEnumConstants())
              .map(Object::toString)
              .collect(Collectors.joining(", "));
    }
    boolean number = type.isPrimitive() || Number.class.isAssignableFrom(type);
    boolean list = type.isArray() || Collection.class.isAssignableFrom(type);
    return number ? "a whole number" : list ? "a list" : "an object, or not such a one";
  }

  /** A rule of the type itself, in its own words. */
  static ProblemException broken(ValueInstantiationException e) {
    return switch (e.getCause()) {
      case ProblemException told -> told;
      case IllegalArgumentException rule -> {
        String said = String.valueOf(rule.getMessage());
        Problem.Violation violation = new Problem.Violation(path(e), said);
        yield new ProblemException(Problem.invalid(said, List.of(violation)), e);
      }
      case null, default -> new ProblemException(Problem.badRequest(describe(e)), e);
    };
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(r -> r.getFieldName() == null ? "/" + r.getIndex() : "/" + r.getFieldName())
        .collect(Collectors.joining());
  }
}
