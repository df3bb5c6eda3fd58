package dev.weir.core.job;

/**
 * What compute costs.
 *
 * @param microsPerVcpuSecond in 10⁻⁶ of the currency's minor unit
 * @param microsPerGpuSecond likewise, for each GPU
 */
public record ComputeRate(String currency, long microsPerVcpuSecond, long microsPerGpuSecond) {

  /** The cost of an attempt of {@code ms} milliseconds, rounded up. */
  public long micros(Recipe.Host host, long ms) {
    long milliVcpus = Math.round(host.vcpus() * 1000);
    long vcpu = Math.ceilDiv(Math.multiplyExact(microsPerVcpuSecond * milliVcpus, ms), 1_000_000L);
    long gpu = Math.ceilDiv(Math.multiplyExact(microsPerGpuSecond * host.gpus(), ms), 1000L);
    return vcpu + gpu;
  }
}
