package dev.weir.core.meter;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A process that appends facts from several threads, and says which ones are durable. */
final class JournalWriter {

  private JournalWriter() {}

  public static void main(String[] args) throws IOException {
    Journal journal = Journal.open(Path.of(args[0]), new SourceName("host", "boot-killed"));
    PrintStream out = System.out;
    for (int thread = 0; thread < 3; thread++) {
      int of = thread;
      Thread.ofPlatform()
          .start(() -> {
            try {
              for (int i = 0; ; i++) {
                String call = of + "-" + i;
                journal.append(
                    List.of(
                        new Usage(
                            "a1",
                            "feishu-cn",
                            "calls",
                            1,
                            Instant.parse("2026-11-10T10:20:00Z"),
                            call)));
                synchronized (out) {
                  out.println(call);
                  out.flush();
                }
              }
            } catch (IOException e) {
              // The disk is full; whoever waits for more acknowledgements sees that none come.
            }
          });
    }
  }

  private static List<String> java(Path folder) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(JournalWriter.class.getName(), folder.toString()));
    return command;
  }

  private static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Runs it where no file may be larger than so many blocks; answers what was acknowledged. */
  static int untilFull(Path folder, int blocks) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "ulimit -f " + blocks + "; exec \"$@\"", "sh"));
    command.addAll(java(folder));
    Process process = start(command);
    int told = 0;
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      while (lines.readLine() != null) {
        told++;
      }
    } finally {
      process.destroyForcibly();
    }
    return told;
  }

  /** Runs it and kills it with SIGKILL after so many acknowledgements; answers how many came. */
  static int killAfter(Path folder, int acknowledged) throws Exception {
    Process process = start(java(folder));
    int told = 0;
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      while (told < acknowledged && lines.readLine() != null) {
        told++;
      }
      // Through the handle: unlike the process, it leaves what was said to be read.
      process.toHandle().destroyForcibly();
      while (lines.readLine() != null) {
        told++;
      }
    } finally {
      process.destroyForcibly();
    }
    process.waitFor();
    if (told < acknowledged) {
      throw new IllegalStateException("the writer ended after " + told);
    }
    return told;
  }
}
