using System.Security.Cryptography;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Store.Commitments;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CloudPacs.Exchange.Availability;

/// <summary>
/// N-CREATE of the Instance Availability Notification SOP class (PS3.4 R.3): what another archive says that it has is noted.
/// </summary>
internal sealed class AvailabilityService(NoticeBoard board, TimeProvider clock, ILogger<AvailabilityService> logger) : ICreateService
{
    private static readonly Guid Unnamed = new("6b1b4f5e-7f0a-4d53-9a47-1a2b6f6f7c12");
    private const int MaxBytes = 8 << 20;

    public DataSetDelivery Delivery { get; } = DataSetDelivery.Buffered(MaxBytes);

    public async ValueTask<InstanceResult> CreateAsync(InstanceRequest request, CancellationToken cancellationToken)
    {
        var sender = request.Association.CallingAe;
        // The same name for the same content, so that a repetition of what has none is known.
        var uid = request.SopInstanceUid ?? DerivedUids.Uid(DerivedUids.Uuid(
            Unnamed, sender + '|' + Convert.ToHexString(SHA256.HashData(request.EncodedDataSet.Span))));
        if (NoticeReader.Read(uid, request.DataSet, sender, clock.GetUtcNow(), out var refusal) is not { } notice)
        {
            Log.NoticeRefused(logger, sender, refusal!.ErrorComment!);
            return refusal;
        }

        try
        {
            return await board.AddAsync(notice, CancellationToken.None) == RequestFate.Taken
                ? new InstanceResult(DimseStatus.DuplicateSopInstance) { ErrorComment = "A notification with this UID said something else" }
                : InstanceResult.Success with { SopInstanceUid = uid };
        }
        catch (NpgsqlException e)
        {
            Log.NoticeNotKept(logger, e, sender);
            return new InstanceResult(DimseStatus.ProcessingFailure) { ErrorComment = "The database is away: send it again" };
        }
    }
}
