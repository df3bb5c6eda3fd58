package dev.weir.core.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns Jackson's exceptions into one sentence for the sender: path, line, column, violation. */
final class Problems {

  /** What Jackson says of a record's component that is null or absent. */
  private static final Pattern MISSING =
      Pattern.compile("Null value for creator property '(\\w+)'");

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
    int known = message.indexOf(" (class ");
    String brief = known < 0 ? message : message.substring(0, known);
    return "malformed JSON" + (path.isEmpty() ? "" : " at " + path) + where + ": " + brief;
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
