using System.Diagnostics.Metrics;

namespace CloudPacs.Store.Commit;

/// <summary>Measures of the group commit, meter <c>CloudPacs.Store</c>.</summary>
internal sealed class CommitMetrics : IDisposable
{
    private readonly Meter _meter = new("CloudPacs.Store");
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _duration;

    public CommitMetrics(Func<int> depth, Func<TimeSpan> oldestAge)
    {
        _meter.CreateObservableGauge("cloudpacs.commit.queue.depth", depth, "{item}", "Items that wait for a writer.");
        _meter.CreateObservableGauge(
            "cloudpacs.commit.queue.oldest", () => oldestAge().TotalSeconds, "s", "Age of the item that waits longest.");
        _batchSize = _meter.CreateHistogram<int>("cloudpacs.commit.batch.size", "{item}", "Items in one transaction.");
        _duration = _meter.CreateHistogram<double>("cloudpacs.commit.duration", "s", "From the start of a transaction to its durable end.");
    }

    public void Committed(int items, TimeSpan duration)
    {
        _batchSize.Record(items);
        _duration.Record(duration.TotalSeconds);
    }

    public void Dispose() => _meter.Dispose();
}
