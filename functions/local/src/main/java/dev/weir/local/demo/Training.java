package dev.weir.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.core.json.Json;
import dev.weir.local.cli.Api;
import dev.weir.local.cli.Endpoints;
import dev.weir.local.cli.Failure;
import dev.weir.local.cli.JobProgress;
import dev.weir.worker.samples.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** Two jobs on real hosts: the model that is sold, and a table whose right answer is known. */
final class Training {

  private static final Duration DEPLOY_MAX = Duration.ofSeconds(90);

  private final Api api;
  private final PrintWriter out;

  Training(Api api, PrintWriter out) {
    this.api = api;
    this.out = out;
  }

  /** Uploads a sample of the project as a dataset. */
  void upload(Sample sample) {
    byte[] bytes;
    try (InputStream in = sample.open()) {
      bytes = in.readAllBytes();
    } catch (IOException e) {
      throw Failure.machine("sample " + sample.dataset() + " cannot be read", e);
    }
    JsonNode upload = api.post("/control/v1/uploads", Map.of("bytes", bytes.length));
    put(upload.path("url").asText(), bytes);
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("name", sample.dataset()).put("upload", upload.path("upload").asText());
    body.set("format", Json.MAPPER.valueToTree(sample.command().format()));
    sample.command().answers().ifPresent(a -> body.set("answers", Json.MAPPER.valueToTree(a)));
    JsonNode dataset = api.post("/control/v1/datasets", body);
    out.printf(
        Locale.ROOT,
        "  dataset %s: %d rows, %d bytes, checked%n",
        sample.dataset(),
        dataset.path("rows").asLong(),
        bytes.length);
  }

  private static void put(String url, byte[] bytes) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url))
              .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
              .build();
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        throw Failure.doesNotHold("uploading a dataset was answered " + status);
      }
    } catch (IOException e) {
      throw Failure.machine("uploading a dataset failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.machine("interrupted", e);
    }
  }

  /** Submits the sample's own recipe; the job's id. */
  String submit(Sample sample) {
    return submit(sample, OptionalLong.empty());
  }

  /** Trains with several seeds, one after the other; the job in the middle by the metric. */
  JsonNode median(Sample sample, int seeds) {
    List<JsonNode> ended = new ArrayList<>();
    for (long seed = 1; seed <= seeds; seed++) {
      ended.add(follow(submit(sample, OptionalLong.of(seed))));
    }
    ended.sort(Comparator.comparingDouble(job -> metric(job, sample)));
    out.printf(
        Locale.ROOT,
        "  %s of %d seeds: median %.3f (%.3f to %.3f)%n",
        sample.metric(),
        seeds,
        metric(ended.get(seeds / 2), sample),
        metric(ended.getFirst(), sample),
        metric(ended.getLast(), sample));
    return ended.get(seeds / 2);
  }

  private static double metric(JsonNode job, Sample sample) {
    return job.path("metrics").path(sample.metric()).asDouble();
  }

  private String submit(Sample sample, OptionalLong seed) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("model", sample.dataset());
    String file = sample.dataset() + ".recipe.json";
    try (InputStream in = Sample.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("resource " + file + " is missing");
      }
      JsonNode recipe = Json.MAPPER.readTree(in);
      seed.ifPresent(s -> ((ObjectNode) recipe).withObject("/training").put("seed", s));
      body.set("recipe", recipe);
    } catch (IOException e) {
      throw Failure.machine(file + " cannot be read", e);
    }
    return api.post("/control/v1/jobs", body).path("id").asText();
  }

  /** Follows a job to its end. */
  JsonNode follow(String job) {
    return new JobProgress(api, out, false).follow(job);
  }

  /** Serves the model and waits until a replica is warm. */
  void deploy(String model) {
    api.put("/control/v1/endpoints/" + Setup.ENDPOINT, Map.of("model", model, "replicas", 1));
    awaitReady();
  }

  void awaitReady() {
    Endpoints.awaitReady(api, Setup.ENDPOINT, DEPLOY_MAX);
  }
}
