using System.Diagnostics.Metrics;

namespace CloudPacs.Archive;

/// <summary>The counters of this library; failures with the tag <c>fault</c>.</summary>
public static class ArchiveMetrics
{
    /// <summary>The name to subscribe to.</summary>
    public const string MeterName = "CloudPacs.Archive";

    private static readonly Meter Meter = new(MeterName);

    internal static readonly Counter<long> Instances = Meter.CreateCounter<long>("cloudpacs.archive.instances.stored", "{instance}");
    internal static readonly Counter<long> Bytes = Meter.CreateCounter<long>("cloudpacs.archive.bytes.stored", "By");
    internal static readonly Counter<long> Refused =
        Meter.CreateCounter<long>("cloudpacs.archive.instances.refused", "{instance}", "For want of room, before their data was read");
    internal static readonly Counter<long> Failures = Meter.CreateCounter<long>("cloudpacs.archive.failures", "{failure}", "Of the disk");
    internal static readonly Histogram<double> Syncs = Meter.CreateHistogram<double>("cloudpacs.archive.sync.duration", "s");
    internal static readonly Histogram<int> Groups =
        Meter.CreateHistogram<int>("cloudpacs.archive.group.size", "{instance}", "Instances that one sync made durable");
    internal static readonly Counter<long> Uploads = Meter.CreateCounter<long>("cloudpacs.archive.objects.stored", "{object}");
    internal static readonly Counter<long> UploadFailures = Meter.CreateCounter<long>("cloudpacs.archive.objects.failed", "{attempt}");
    internal static readonly Counter<long> Compacted = Meter.CreateCounter<long>("cloudpacs.archive.packs.compacted", "{pack}");
}
