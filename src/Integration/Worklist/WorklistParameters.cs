using System.Globalization;
using CloudPacs.Dicom;

namespace CloudPacs.Integration.Worklist;

/// <summary>
/// What a search over HTTP asks for (PS3.18 14.4 and 8.3.4): keys by keyword or tag, what is to be returned, and the part of the answer.
/// </summary>
internal sealed class WorklistParameters
{
    private static readonly string[] Flags = ["fuzzymatching", "emptyvaluematching", "multiplevaluematching"];

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
    private readonly List<string> _flags = [];

    private WorklistParameters()
    {
    }

    /// <summary>The keys, as in the identifier of a C-FIND.</summary>
    public DataSet Keys { get; } = new();

    /// <summary>What is returned; null = everything.</summary>
    public DataSet? Returned { get; private set; } = new();

    public int Offset { get; private set; }

    public int? Limit { get; private set; }

    /// <summary>Ways of matching that were asked for and that there are not, by their parameter.</summary>
    public IReadOnlyList<string> Unsupported => _flags;

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

    private string? Take(string name, string value) => name switch
    {
        "limit" => TakeNumber(name, value, 1, number => Limit = number),
        "offset" => TakeNumber(name, value, 0, number => Offset = number),
        "includefield" => TakeIncluded(value),
        _ when Flags.Contains(name) => TakeFlag(name, value),
        _ => TakeKey(name, value),
    };

    private static string? TakeNumber(string name, string value, int least, Action<int> take)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least)
            return $"{name} must be a whole number from {least} on.";
        take(number);
        return null;
    }

    private string? TakeFlag(string name, string value)
    {
        if (value is not ("true" or "false")) return $"{name} must be true or false.";
        if (value == "true" && !_flags.Contains(name)) _flags.Add(name);
        return null;
    }

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
            if (Returned is { } returned) Add(returned, path, []);
        }

        return null;
    }

    private string? TakeKey(string name, string value)
    {
        if (PathOf(name) is not { } path) return $"{name} is no parameter and no attribute of a worklist entry.";
        var vr = path[^1].VR;
        if (vr == VR.SQ) return value.Length == 0 ? null : $"{name} is a sequence: name one of its attributes.";
        string[] values = value.Length == 0 ? [] : vr == VR.UI ? value.Split(',') : [value];
        if (Returned is { } returned) Add(returned, path, []);
        var (level, entry) = path is [{ Tag: var first }, var inner] && first == Tags.ScheduledProcedureStepSequence
            ? (_step, inner)
            : (Keys, path[0]);
        if (path.Length > 1 && level == Keys) Add(Keys, path, values);
        else level.Set(entry.Tag, entry.VR, values);
        return null;
    }

    private static void Add(DataSet level, DictionaryEntry[] path, string[] values)
    {
        for (var i = 0; i < path.Length - 1; i++)
        {
            var item = level.GetItems(path[i].Tag) is [var known, ..] ? known : new DataSet();
            level.SetSequence(path[i].Tag, item);
            level = item;
        }

        var (tag, vr) = (path[^1].Tag, path[^1].VR);
        if (values.Length > 0) level.Set(tag, vr, values);
        else if (!level.Contains(tag)) level.SetEmpty(tag);
    }

    /// <summary>Keywords or tags with dots between; null when one of them is none, or what stands before a dot is no sequence.</summary>
    private static DictionaryEntry[]? PathOf(string text)
    {
        var steps = text.Split('.');
        var path = new DictionaryEntry[steps.Length];
        for (var i = 0; i < steps.Length; i++)
        {
            var isTag = steps[i].Length == 8
                && uint.TryParse(steps[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
                && DicomDictionary.TryGet(new Tag(number), out path[i]);
            if (!isTag && !DicomDictionary.TryGet(steps[i], out path[i])) return null;
            if (i < steps.Length - 1 && path[i].VR != VR.SQ) return null;
        }

        return path;
    }

    private void Complete()
    {
        if (Returned is not { } returned) return;
        foreach (var tag in Usual.Where(tag => !returned.Contains(tag))) returned.SetEmpty(tag);
        var step = returned.GetItems(Tags.ScheduledProcedureStepSequence) is [var known, ..] ? known : new DataSet();
        foreach (var tag in UsualOfStep.Where(tag => !step.Contains(tag))) step.SetEmpty(tag);
        returned.SetSequence(Tags.ScheduledProcedureStepSequence, step);
    }
}
