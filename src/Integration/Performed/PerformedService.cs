using System.Security.Cryptography;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Domain.Performed;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Performed;

/// <summary>N-CREATE and N-SET of the Modality Performed Procedure Step SOP class (PS3.4 F.7).</summary>
internal sealed class PerformedService(PerformedDoor door, StationDirectory stations) : ICreateService, ISetService
{
    private static readonly Guid UnnamedInstances = new("a5b7f0de-3c38-4a26-8f0b-0a1e6f6f7c11");

    public DataSetDelivery Delivery { get; } = DataSetDelivery.Buffered(PerformedChecks.MaxBytes);

    public ValueTask<InstanceResult> CreateAsync(InstanceRequest request, CancellationToken cancellationToken) =>
        ReportAsync(request with { SopInstanceUid = request.SopInstanceUid ?? NameOf(request) }, begins: true, cancellationToken);

    public ValueTask<InstanceResult> SetAsync(InstanceRequest request, CancellationToken cancellationToken) =>
        ReportAsync(request, begins: false, cancellationToken);

    /// <summary>
    /// Old devices leave it to us to name the instance: the same name for the same content, so that a repetition makes no second one.
    /// </summary>
    private static string NameOf(InstanceRequest request) => DerivedUids.Uid(DerivedUids.Uuid(
        UnnamedInstances, request.Association.CallingAe + '|' + Convert.ToHexString(SHA256.HashData(request.EncodedDataSet.Span))));

    private async ValueTask<InstanceResult> ReportAsync(InstanceRequest request, bool begins, CancellationToken cancellationToken)
    {
        var station = stations.ProfileOf(request.Association.CallingAe);
        var sent = StationText.Read(request.DataSet, request.EncodedDataSet, request.TransferSyntax, station);
        var source = request.Association.RemoteEndPoint?.ToString() ?? "";
        // A console has no other way to say it; who writes JSON or XML is told and can mend it.
        var outcome = await door.ReportAsync(
            request.SopInstanceUid!, begins, sent, station, source, mendsVrs: !station.ChecksPerformedStrictly, cancellationToken);
        return outcome is null
            ? new InstanceResult(DimseStatus.ProcessingFailure) { ErrorComment = "The database is away: send it again" }
            : PerformedAnswer.Of(outcome) with { SopInstanceUid = request.SopInstanceUid };
    }
}
