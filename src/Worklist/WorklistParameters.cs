using CloudPacs.Dicom;
using CloudPacs.DicomWeb.Search;

namespace CloudPacs.Worklist;

/// <summary>
/// What a search over HTTP asks for (PS3.18 14.4 and 8.3.4): keys by keyword or tag, what is to be returned, and the part of the answer.
/// </summary>
internal sealed class WorklistParameters
{
    /// <summary>Return keys of type 1 and 2 of the worklist (PS3.4 table K.6-1), which every answer has.</summary>
    private static readonly Tag[] Usual =
    [
        Tags.AccessionNumber, Tags.ReferringPhysicianName, Tags.ReferencedStudySequence, Tags.ReferencedPatientSequence, Tags.PatientName,
        Tags.PatientId, Tags.PatientBirthDate, Tags.PatientSex, Tags.PatientWeight, Tags.MedicalAlerts, Tags.Allergies,
        Tags.PregnancyStatus,
        Tags.StudyInstanceUid, Tags.RequestingPhysician, Tags.RequestedProcedureDescription, Tags.RequestedProcedureCodeSequence,
        Tags.AdmissionId, Tags.SpecialNeeds, Tags.CurrentPatientLocation, Tags.PatientState, Tags.RequestedProcedureId,
        Tags.RequestedProcedurePriority, Tags.PatientTransportArrangements, Tags.ConfidentialityConstraintOnPatientDataDescription,
    ];

    private static readonly Tag[] UsualOfStep =
    [
        Tags.Modality, Tags.RequestedContrastAgent, Tags.ScheduledStationAeTitle, Tags.ScheduledProcedureStepStartDate,
        Tags.ScheduledProcedureStepStartTime, Tags.ScheduledPerformingPhysicianName, Tags.ScheduledProcedureStepDescription,
        Tags.ScheduledProtocolCodeSequence, Tags.ScheduledProcedureStepId, Tags.ScheduledStationName, Tags.ScheduledProcedureStepLocation,
        Tags.PreMedication, Tags.ScheduledProcedureStepStatus,
    ];

    private readonly DataSet _step = new();

    private WorklistParameters()
    {
    }

    /// <summary>The keys, as in the identifier of a C-FIND.</summary>
    public DataSet Keys { get; } = new();

    /// <summary>What is returned; null = everything.</summary>
    public DataSet? Returned { get; private set; } = new();

    /// <summary>The part of the answer, and ways of matching.</summary>
    public SearchControls Controls { get; } = new(leastLimit: 1);

    /// <param name="query">Names and values, decoded, in their order.</param>
    /// <param name="parameters">What was asked for.</param>
    /// <returns>What is wrong with which parameter; null when nothing is.</returns>
    public static string? Read(IEnumerable<(string Name, string Value)> query, out WorklistParameters parameters)
    {
        var read = parameters = new WorklistParameters();
        foreach (var (name, value) in query)
        {
            if (read.Take(name, value) is { } fault) return fault;
        }

        if (read._step.Count > 0) read.Keys.SetSequence(Tags.ScheduledProcedureStepSequence, read._step);
        read.Complete();
        return null;
    }

    private string? Take(string name, string value) =>
        Controls.TryTake(name, value, out var fault) ? fault
        : name == "includefield" ? TakeIncluded(value)
        : TakeKey(name, value);

    private string? TakeIncluded(string value)
    {
        foreach (var field in value.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (field == "all")
            {
                Returned = null;
                continue;
            }

            if (PathOf(field) is not { } path) return $"includefield: {field} is no attribute of a worklist entry.";
            if (Returned is { } returned) path.AddTo(returned);
        }

        return null;
    }

    private string? TakeKey(string name, string value)
    {
        if (PathOf(name) is not { } path) return $"{name} is no parameter and no attribute of a worklist entry.";
        if (path.VR == VR.SQ) return value.Length == 0 ? null : $"{name} is a sequence: name one of its attributes.";
        string[] values = value.Length == 0 ? [] : path.VR == VR.UI ? value.Split(',') : [value];
        if (!path.CanHold(values)) return $"{name} cannot have that value.";
        if (Returned is { } returned) path.AddTo(returned);
        if (path.Steps is [{ Tag: var first }, var (tag, vr)] && first == Tags.ScheduledProcedureStepSequence) _step.Set(tag, vr, values);
        else if (path.Steps.Count > 1) path.AddTo(Keys, values);
        else Keys.Set(path.First, path.VR, values);
        return null;
    }

    private static AttributePath? PathOf(string text) => AttributePath.Read(text) is { IsPrivate: false } path ? path : null;

    private void Complete()
    {
        if (Returned is not { } returned) return;
        foreach (var tag in Usual.Where(tag => !returned.Contains(tag))) returned.SetEmpty(tag);
        var step = returned.GetItems(Tags.ScheduledProcedureStepSequence) is [var known, ..] ? known : new DataSet();
        foreach (var tag in UsualOfStep.Where(tag => !step.Contains(tag))) step.SetEmpty(tag);
        returned.SetSequence(Tags.ScheduledProcedureStepSequence, step);
    }
}
