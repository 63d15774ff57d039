using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Worklist;
using CloudPacs.Studies.Fetching;

namespace CloudPacs.Integration.Studies;

/// <summary>C-GET and C-MOVE of the Patient Root and Study Root Query/Retrieve SOP classes (PS3.4 annex C).</summary>
internal sealed class StudyRetrieveService(
    Retrieval retrieval, StationDirectory stations, MoveDestinations destinations, ILogger<StudyRetrieveService> logger) : IRetrieveService
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
        return RetrieveScope.Parse(identifier, isPatientRoot, station.Facility, out var fault) is { } scope
            ? RetrievePlan.Send(await retrieval.FindAsync(scope, cancellationToken), destination)
            : RetrievePlan.Refuse(DimseStatus.IdentifierDoesNotMatchSopClass, fault.Text, fault.Key);
    }
}
