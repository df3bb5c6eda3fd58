package dev.weir.gateway.http;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Routes by method and path. Immutable once built; a literal segment wins over a parameter. */
public final class Router {

  /** What answers a route. */
  @FunctionalInterface
  public interface Action {
    Response handle(Request request);
  }

  /** A route, its pattern split at {@code /}; {@code {name}} matches one segment. */
  private record Route(String method, List<String> pattern, Action action) {

    Optional<Map<String, String>> match(List<String> segments) {
      if (segments.size() != pattern.size()) {
        return Optional.empty();
      }
      Map<String, String> parameters = new HashMap<>();
      for (int i = 0; i < segments.size(); i++) {
        String part = pattern.get(i);
        if (part.startsWith("{")) {
          parameters.put(part.substring(1, part.length() - 1), segments.get(i));
        } else if (!part.equals(segments.get(i))) {
          return Optional.empty();
        }
      }
      return Optional.of(parameters);
    }
  }

  private final List<Route> routes = new ArrayList<>();

  public Router get(String pattern, Action action) {
    return add("GET", pattern, action);
  }

  public Router post(String pattern, Action action) {
    return add("POST", pattern, action);
  }

  public Router put(String pattern, Action action) {
    return add("PUT", pattern, action);
  }

  private Router add(String method, String pattern, Action action) {
    routes.add(new Route(method, split(pattern), action));
    return this;
  }

  /** Each route as {@code METHOD /path}, for the test that holds the OpenAPI document to it. */
  public List<String> routes() {
    return routes.stream().map(r -> r.method() + " /" + String.join("/", r.pattern())).toList();
  }

  /** Answers by the first route that matches; 404 and 405 problems where none does. */
  Response handle(Request request) {
    List<String> segments = split(request.path());
    TreeSet<String> allowed = new TreeSet<>();
    Optional<Route> best = Optional.empty();
    Map<String, String> parameters = Map.of();
    for (Route route : routes) {
      Optional<Map<String, String>> match = route.match(segments);
      if (match.isEmpty()) {
        continue;
      }
      allowed.add(route.method());
      boolean closer = best.isEmpty() || match.get().size() < parameters.size();
      if (route.method().equals(request.method()) && closer) {
        best = Optional.of(route);
        parameters = match.get();
      }
    }
    if (best.isPresent()) {
      return best.get().action().handle(request.matched(parameters));
    }
    if (allowed.isEmpty()) {
      throw new ProblemException(Problem.notFound("no route " + request.path()));
    }
    String methods = allowed.stream().collect(Collectors.joining(", "));
    String detail = request.method() + " " + request.path() + " is not among " + methods;
    return Response.problem(Problem.of(405, "method-not-allowed", "Another method", detail))
        .with("allow", methods);
  }

  private static List<String> split(String path) {
    List<String> segments = new ArrayList<>();
    for (String part : path.split("/", -1)) {
      if (!part.isEmpty()) {
        segments.add(part);
      }
    }
    return List.copyOf(segments);
  }
}
