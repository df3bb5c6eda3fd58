package dev.weir.local.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import dev.weir.local.server.Answer;
import dev.weir.local.server.LocalServer;
import dev.weir.local.server.Request;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The command against a deployment that answers from a script. */
abstract class ScriptedDeployment {

  record Result(int exit, String out, String err) {}

  final Map<String, Deque<Answer>> script = new ConcurrentHashMap<>();
  final List<String> asked = new CopyOnWriteArrayList<>();
  LocalServer server;
  String url;

  @TempDir Path folder;

  @BeforeEach
  void start() throws IOException {
    LocalServer.Bound bound = LocalServer.bind("127.0.0.1", 0);
    url = bound.url();
    server = bound.serve(Map.of("/", this::answer));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Optional<Answer> answer(Request request) throws IOException {
    String body = new String(request.body().readAllBytes(), UTF_8);
    String target = request.path() + (request.query().isEmpty() ? "" : "?" + request.query());
    asked.add(
        request.method()
            + " "
            + target
            + " "
            + request.header("authorization").orElse("-")
            + " "
            + body);
    Deque<Answer> answers = script.get(request.method() + " " + target);
    if (answers == null) {
      throw new ProblemException(Problem.notFound("nothing scripted at " + target));
    }
    return Optional.of(answers.size() > 1 ? answers.pop() : answers.peek());
  }

  void script(String request, int status, String json) {
    script
        .computeIfAbsent(request, r -> new ArrayDeque<>())
        .add(Answer.of(status, "application/json", json.replace('\'', '"').getBytes(UTF_8)));
  }

  static Result weir(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        WeirCommand.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Result(exit, out.toString(), err.toString());
  }

  Result ask(String... arguments) {
    String[] all = new String[arguments.length + 4];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(new String[] {"--url", url, "--token", "secret"}, 0, all, arguments.length, 4);
    return weir(all);
  }
}
