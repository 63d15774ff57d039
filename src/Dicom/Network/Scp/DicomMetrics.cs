using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace CloudPacs.Dicom.Network.Scp;

/// <summary>Counters of the meter "CloudPacs.Dicom"; labels have few values, never titles or patients.</summary>
internal static class DicomMetrics
{
    private static readonly Meter Meter = new("CloudPacs.Dicom");

    private static readonly UpDownCounter<int> Open =
        Meter.CreateUpDownCounter<int>("dicom.server.associations.open", "{association}", "Associations at this moment.");

    private static readonly Counter<long> Accepted =
        Meter.CreateCounter<long>("dicom.server.associations.accepted", "{association}", "Associations accepted.");

    private static readonly Counter<long> Rejected =
        Meter.CreateCounter<long>("dicom.server.associations.rejected", "{association}", "Associations rejected, by reason.");

    private static readonly Counter<long> Displaced = Meter.CreateCounter<long>(
        "dicom.server.associations.displaced", "{association}", "Idle associations that were ended for another address: all were taken.");

    private static readonly Counter<long> Failed =
        Meter.CreateCounter<long>("dicom.server.connections.failed", "{connection}", "Connections that never became associations.");

    private static readonly Counter<long> Operations =
        Meter.CreateCounter<long>("dicom.server.operations", "{operation}", "DIMSE operations performed, by operation and outcome.");

    private static readonly Histogram<double> Durations =
        Meter.CreateHistogram<double>(
            "dicom.server.operation.duration", "s", "From the request to the final response; a streamed data set comes in between.");

    public static void AssociationOpened()
    {
        Open.Add(1);
        Accepted.Add(1);
    }

    public static void AssociationClosed() => Open.Add(-1);

    public static void AssociationRejected(AssociationRejection rejection) =>
        Rejected.Add(1, new KeyValuePair<string, object?>("reason", rejection.ReasonText));

    public static void AssociationDisplaced() => Displaced.Add(1);

    public static void ConnectionFailed() => Failed.Add(1);

    public static void OperationDone(string operation, ushort status, TimeSpan duration)
    {
        var tags = new TagList { { "operation", operation }, { "outcome", Outcome(status) } };
        Operations.Add(1, tags);
        Durations.Record(duration.TotalSeconds, tags);
    }

    private static string Outcome(ushort status) => status switch
    {
        DimseStatus.Success => "success",
        DimseStatus.Cancel => "cancel",
        _ => DimseStatus.IsWarning(status) ? "warning" : "failure",
    };
}
