using CloudPacs.Settings;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Worklist;

/// <summary>
/// Whether any query can find an entry: a sender that is answered AA for an order that no modality will ever see must be told why. Steps
/// that their state keeps off the list are not looked at, the order messages speak of those.
/// </summary>
internal sealed class EntryVisibility(EngineSettings settings)
{
    private readonly UnassignedRule _unassigned = new(settings);

    /// <param name="step">The entry.</param>
    /// <param name="order">Its order.</param>
    /// <param name="visit">Its visit, or null.</param>
    /// <param name="now">Time of judgement.</param>
    /// <returns>Why nobody finds it and what to do; null when somebody can.</returns>
    public string? WhyHidden(StepRow step, OrderRow order, VisitRow? visit, DateTimeOffset now)
    {
        if (!WorklistStates.IsListed(step.StepState)) return null;
        if (now - step.Start > settings.Worklist.KeepVisibleOf(visit?.PatientClass))
            return "The scheduled start is so long ago that the entry is not on the worklist (Worklist:KeepVisible): send a later start.";
        var stations = settings.Dicom.Stations;
        var ofFacility = stations.Where(
            s => string.IsNullOrEmpty(s.Value.Facility) || order.Facility is null || s.Value.Facility == order.Facility).ToList();
        if (stations.Count > 0 && ofFacility.Count == 0)
            return "No station is configured for the facility of this order, so none sees the entry: check Dicom:Stations and the "
                + "sender's policy facility.";
        if (step.StationAeTitles.Count > 0) return null;
        var isAdmitted = stations.Count == 0 ? _unassigned.AdmitsAny() : ofFacility.Exists(s => _unassigned.Admits(s.Key, step.Modality));
        return isAdmitted ? null
            : "The entry has no station and no station is admitted to such entries of its modality: send a station, add the procedure "
                + "to the catalogue or set Worklist:UnassignedVisibleTo.";
    }
}
