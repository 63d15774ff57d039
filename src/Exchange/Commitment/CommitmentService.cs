using CloudPacs.Dicom.Network;
using CloudPacs.Exchange.Forwarding;
using CloudPacs.Store;
using CloudPacs.Store.Commitments;
using CloudPacs.Worklist;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CloudPacs.Exchange.Commitment;

/// <summary>
/// The Storage Commitment Push Model SOP class (PS3.4 annex J): requests of others by N-ACTION, and reports of archives that we have asked
/// by N-EVENT-REPORT.
/// </summary>
internal sealed class CommitmentService(
    CommitmentDesk desk, CommitmentReports reports, CommitmentFollowUp followUp, StationDirectory stations, TimeProvider clock,
    IdSource ids, ILogger<CommitmentService> logger) : IActionService, IEventService
{
    /// <summary>Some 50,000 instances.</summary>
    private const int MaxBytes = 8 << 20;

    public DataSetDelivery Delivery { get; } = DataSetDelivery.Buffered(MaxBytes);

    /// <summary>Who reports asks for an association as the one that provides the service (PS3.4 J.3.3).</summary>
    public RoleSelection ChooseRoles(RoleSelection proposed) => proposed;

    public async ValueTask<InstanceResult> ActAsync(InstanceRequest request, CancellationToken cancellationToken)
    {
        if (CommitmentReader.Read(request, out var refusal) is not var (transaction, instances)) return refusal!;
        var station = stations.ProfileOf(request.Association.CallingAe);
        var asked = new CommitmentRequest
        {
            Id = ids.Next(),
            Requester = station.CallingAeTitle,
            TransactionUid = transaction,
            Facility = station.Facility,
            ReceivedAt = clock.GetUtcNow(),
            Instances = instances,
        };
        RequestFate fate;
        try
        {
            // What was begun is ended, whether or not the requester is still there.
            fate = await desk.AddAsync(asked, CancellationToken.None);
        }
        catch (NpgsqlException e)
        {
            Log.CommitmentNotTaken(logger, e, station.CallingAeTitle);
            return new InstanceResult(DimseStatus.ProcessingFailure) { ErrorComment = "The database is away: send it again" };
        }

        if (fate == RequestFate.Taken)
        {
            return new InstanceResult(DimseStatus.ProcessingFailure)
            {
                ErrorId = DimseStatus.DuplicateTransactionUid, ErrorComment = "The Transaction UID was used for other instances",
            };
        }

        if (fate == RequestFate.Added) reports.Begin(asked, request.Events);
        return InstanceResult.Success;
    }

    public async ValueTask<InstanceResult> TakeEventAsync(InstanceRequest request, CancellationToken cancellationToken)
    {
        if (CommitmentReader.ReadReport(request, out var refusal) is not { } transaction) return refusal!;
        var sender = request.Association.CallingAe;
        try
        {
            if (await followUp.TakeAsync(transaction, request.DataSet, CancellationToken.None)) return InstanceResult.Success;
            Log.ReportUnasked(logger, sender);
            return new InstanceResult(DimseStatus.InvalidArgumentValue) { ErrorComment = "Nothing was asked under this Transaction UID" };
        }
        catch (NpgsqlException e)
        {
            Log.CommitmentNotTaken(logger, e, sender);
            return new InstanceResult(DimseStatus.ProcessingFailure) { ErrorComment = "The database is away: send it again" };
        }
    }
}
