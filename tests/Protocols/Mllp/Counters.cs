using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CloudPacs.Mllp;

namespace CloudPacs.Protocols.Tests.Mllp;

/// <summary>The counters of one listener.</summary>
public sealed class Counters : IDisposable
{
    private readonly MeterListener _meters = new();
    private readonly ConcurrentDictionary<string, long> _values = [];

    public Counters(string listener)
    {
        _meters.InstrumentPublished = (instrument, subscriber) =>
        {
            if (instrument.Meter.Name == MllpMetrics.MeterName) subscriber.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Count(listener, instrument, value, tags));
        _meters.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Count(listener, instrument, value, tags));
        _meters.Start();
    }

    public long this[string name] => _values.GetValueOrDefault("cloudpacs.mllp." + name);

    public void Dispose() => _meters.Dispose();

    private void Count(string listener, Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = instrument.Name;
        var isOurs = false;
        foreach (var (key, tag) in tags)
        {
            if (key == "listener") isOurs = Equals(tag, listener);
            if (key == "kind") name += "." + tag;
        }

        if (isOurs) _values.AddOrUpdate(name, value, (_, sum) => sum + value);
    }
}
