package dev.weir.local.port;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts the worker's program under a shell that notes its own and the program's process id, waits,
 * and notes the exit code, so that both are known to a server that was restarted meanwhile. The
 * shell hands SIGTERM on; a Ctrl-C meant for the server reaches neither.
 */
final class Program {

  /** Where a command says how much memory it may take, in MiB. */
  static final String MEMORY = "{memoryMb}";

  private static final List<String> INHERITED =
      List.of("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "JAVA_HOME", "LD_LIBRARY_PATH");

  /**
   * Called with the program and its arguments, in the attempt's folder. A signal interrupts {@code
   * wait}, so it waits once more after each; whether the id still lives says nothing, since it may
   * be another's by then.
   */
  static final String SHELL =
      """
      stop= again= child=
      trap '' INT HUP
      trap 'stop=1 again=1; [ -n "$child" ] && kill -TERM "$child" 2>/dev/null' TERM
      echo $$ > pid.new && mv pid.new pid
      "$@" > out.log 2>&1 < /dev/null &
      child=$!
      echo $$ $child > pid.new && mv pid.new pid
      [ -n "$stop" ] && kill -TERM "$child" 2>/dev/null
      wait "$child"; code=$?
      while [ -n "$again" ]; do
        again=; wait "$child"; next=$?
        [ $next -ne 127 ] && code=$next
      done
      echo $code > exit.new && mv exit.new exit
      """;

  private final List<String> worker;

  /**
   * Prepares to start programs.
   *
   * @param worker the command that stands for the image {@code weir/worker}, to which the launch's
   *     own is appended
   */
  Program(List<String> worker) {
    this.worker = List.copyOf(worker);
  }

  void check(String image) {
    if (!image.equals("weir/worker")) {
      throw new IllegalArgumentException(
          "image \"" + image + "\" needs a container host; one machine runs weir/worker only");
    }
  }

  void start(Path folder, List<String> command, Map<String, String> environment, int memoryMb)
      throws IOException {
    List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", SHELL, "weir"));
    worker.forEach(word -> line.add(word.replace(MEMORY, Integer.toString(memoryMb))));
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.directory(folder.toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(new File(folder.toFile(), "sh.log")));
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().keySet().retainAll(INHERITED);
    builder.environment().putAll(environment);
    // One machine is many hosts: each attempt has folders of its own, replicas share their
    // journals, so that a replica finds what one before it left.
    builder.environment().putIfAbsent("SAGEMAKER_BASE_DIR", folder.resolve("ml").toString());
    builder
        .environment()
        .putIfAbsent("WEIR_SERVE_DIR", folder.resolveSibling("../serve").normalize().toString());
    builder.start();
  }
}
