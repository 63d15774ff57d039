using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Exchange.Outbound;
using CloudPacs.Studies.Archives;
using CloudPacs.Studies.Fetching;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Studies;

/// <summary>C-GET and C-MOVE of the Patient Root and Study Root Query/Retrieve SOP classes (PS3.4 annex C).</summary>
internal sealed class StudyRetrieveService(
    Retrieval retrieval, StationDirectory stations, DicomDestinations destinations, ILogger<StudyRetrieveService> logger) : IRetrieveService
{
    public async ValueTask<RetrievePlan> FindAsync(RetrieveRequest request, CancellationToken cancellationToken)
    {
        var station = stations.ProfileOf(request.CallingAe);
        DicomClientOptions? destination = null;
        if (request.MoveDestination is { } title && (destination = destinations.Find(title, request.CallingAe)) is null)
        {
            Log.MoveRefused(logger, request.CallingAe, AeTitle.IsValid(title) ? title : "what is no AE title");
            return RetrievePlan.Refuse(DimseStatus.MoveDestinationUnknown, "The move destination is unknown");
        }

        var identifier = StationText.Read(request.Identifier, request.EncodedIdentifier, request.TransferSyntax, station);
        var isPatientRoot = request.SopClassUid is Uids.PatientRootGet or Uids.PatientRootMove;
        if (RetrieveScope.Parse(identifier, isPatientRoot, station.Facility, out var fault) is not { } scope)
            return RetrievePlan.Refuse(DimseStatus.IdentifierDoesNotMatchSopClass, fault.Text, fault.Key);
        if (await retrieval.IsOfSeveralAsync(scope, cancellationToken))
        {
            return RetrievePlan.Refuse(
                DimseStatus.UnableToProcess, "Several issuers gave this Patient ID: name one, or a study", Tags.PatientId);
        }

        try
        {
            return RetrievePlan.Send(await retrieval.FindAsync(scope, cancellationToken), destination);
        }
        catch (ForeignArchiveException e)
        {
            // Without it nobody knows what is to be negotiated (PS3.4 table C.4-2).
            Log.ArchiveFailed(logger, e.Message);
            return RetrievePlan.Refuse(DimseStatus.MatchesNotCounted, e.Message);
        }
    }
}
