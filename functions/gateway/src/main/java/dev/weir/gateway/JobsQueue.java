package dev.weir.gateway;

import dev.weir.core.job.DispatchJobs;
import dev.weir.core.job.JobLimits;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queues;
import java.net.URI;

/** Launches attempts of jobs. */
public final class JobsQueue extends QueueHandler {

  private final DispatchJobs dispatch;

  /** For Lambda. */
  public JobsQueue() {
    this(Wiring.ports());
  }

  public JobsQueue(Ports ports) {
    super(ports.queue(Queues.JOBS));
    House house = House.on(ports);
    this.dispatch = new DispatchJobs(ports, JobLimits.DEFAULT, URI.create(house.publicUrl()));
  }

  @Override
  void work(String body) {
    dispatch.handle(body);
  }
}
