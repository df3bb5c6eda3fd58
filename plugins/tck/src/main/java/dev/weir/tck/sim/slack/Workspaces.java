package dev.weir.tck.sim.slack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.tck.sim.JsonLines;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Who installed the application, with which token; kept in {@code installs.jsonl}. */
final class Workspaces {

  /** One workspace. {@code active} is false once the application was removed. */
  record Workspace(String team, String name, String token, String botUser, boolean active) {}

  private final JsonLines file;
  private final Map<String, Workspace> byTeam = new HashMap<>();
  private final Map<String, String> teamOfToken = new HashMap<>();
  private final Map<String, Set<String>> channels = new HashMap<>();
  private long lastTs;

  Workspaces(JsonLines file) {
    this.file = file;
    for (JsonNode line : file.all()) {
      put(
          new Workspace(
              line.path("team").asText(),
              line.path("name").asText(),
              line.path("token").asText(),
              line.path("botUser").asText(),
              line.path("active").asBoolean()));
    }
  }

  synchronized void save(Workspace workspace) {
    put(workspace);
    file.append(workspace);
  }

  private void put(Workspace workspace) {
    byTeam.put(workspace.team(), workspace);
    teamOfToken.put(workspace.token(), workspace.team());
  }

  synchronized Optional<Workspace> byTeam(String team) {
    return Optional.ofNullable(byTeam.get(team));
  }

  /** The workspace whose token this is or was. */
  synchronized Optional<Workspace> byToken(String token) {
    return Optional.ofNullable(teamOfToken.get(token)).map(byTeam::get);
  }

  synchronized void addChannel(String team, String channel) {
    channels.computeIfAbsent(team, t -> new TreeSet<>()).add(channel);
  }

  synchronized boolean hasChannel(String team, String channel) {
    return channels.getOrDefault(team, Set.of()).contains(channel);
  }

  /** A message's identity: seconds and microseconds, never twice. */
  synchronized String nextTs(Instant now) {
    lastTs = Math.max(lastTs + 1, now.toEpochMilli() * 1000);
    return "%d.%06d".formatted(lastTs / 1_000_000, lastTs % 1_000_000);
  }
}
