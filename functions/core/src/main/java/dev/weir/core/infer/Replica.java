package dev.weir.core.infer;

import dev.weir.core.problem.Problem;
import dev.weir.core.problem.ProblemException;
import java.util.List;
import java.util.Map;

/**
 * A worker that answers for an endpoint, for as long as its lease runs.
 *
 * @param address {@code http://host:port}
 * @param bootId made anew at each start
 * @param versions that it has loaded and warmed up
 */
public record Replica(String endpoint, String address, String bootId, List<String> versions) {

  public Replica {
    versions = List.copyOf(versions);
  }

  /**
   * What a worker asks for, every third of its lease.
   *
   * @param host the host's lasting name; with the boot it names the source of usage
   * @param nowMs the worker's own clock, epoch milliseconds
   * @param leaving whether it drains: it gets no more calls
   */
  public record Lease(
      String endpoint,
      String address,
      String host,
      String bootId,
      List<String> versions,
      long nowMs,
      boolean leaving) {

    public Lease {
      versions = List.copyOf(versions);
      RemoteUrls.check(address);
      if (!bootId.matches("[a-z0-9-]{1,64}")) {
        throw new ProblemException(
            Problem.invalid("bootId \"" + bootId + "\" is not [a-z0-9-]{1,64}"));
      }
      if (versions.size() > Endpoint.Own.VERSIONS_MAX) {
        throw new ProblemException(
            Problem.invalid("versions " + versions.size() + " > " + Endpoint.Own.VERSIONS_MAX));
      }
    }
  }

  /**
   * What it should serve.
   *
   * @param grantKey base64; grants for this endpoint are signed with it
   * @param clockOffsetMs what to add to the worker's clock to have the deployment's
   */
  public record Leased(List<Served> models, String grantKey, long clockOffsetMs, long leaseMs) {
    public Leased {
      models = List.copyOf(models);
    }
  }

  /** A version with the URLs that its files can be read from for an hour. */
  public record Served(String version, Map<String, String> files) {
    public Served {
      files = Map.copyOf(files);
    }
  }
}
