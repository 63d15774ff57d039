using System.Collections.Frozen;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Commands;

/// <summary>
/// Finds attributes that a worklist entry has no place for at their level, that commands have a value for, or whose values are not those of
/// their representation: what is stored must be readable by every engine and every modality.
/// </summary>
internal sealed class AttributeChecks(List<RequestFault> faults, Predicate<string> isModality)
{
    /// <summary>Far more than a worklist answer ever holds.</summary>
    private const int MaxBytes = 64 * 1024;

    /// <summary>Attributes that are values of the commands, with the name that they have there.</summary>
    private static readonly FrozenDictionary<Tag, string> Values = new Dictionary<Tag, string>
    {
        [Tags.PatientId] = "primary",
        [Tags.IssuerOfPatientId] = "primary",
        [Tags.AdmissionId] = "visit",
        [Tags.IssuerOfAdmissionIdSequence] = "visit",
        [Tags.AccessionNumber] = "accessionNumber",
        [Tags.IssuerOfAccessionNumberSequence] = "accessionNumber",
        [Tags.StudyInstanceUid] = "studyInstanceUid",
        [Tags.RequestedProcedureId] = "requestedProcedureId",
        [Tags.PlacerOrderNumberImagingServiceRequest] = "placerNumber",
        [Tags.OrderPlacerIdentifierSequence] = "placerNumber",
        [Tags.FillerOrderNumberImagingServiceRequest] = "fillerNumber",
        [Tags.OrderFillerIdentifierSequence] = "fillerNumber",
        [Tags.ScheduledProcedureStepId] = "stepId",
        [Tags.ScheduledProcedureStepStartDate] = "start",
        [Tags.ScheduledProcedureStepStartTime] = "start",
    }.ToFrozenDictionary();

    /// <summary>Whether commands have a value for what the attribute says, so that it is not taken among attributes.</summary>
    public static bool IsValue(Tag tag) => Values.ContainsKey(tag);

    /// <param name="path">Where the data set stands in the request.</param>
    /// <param name="attributes">The data set.</param>
    /// <param name="place">The attributes that it may hold.</param>
    public void Check(string path, DataSet attributes, WorklistAttributes place)
    {
        var before = faults.Count;
        Check(path, attributes, tag => place.Include(tag) && tag != Tags.ScheduledProcedureStepStatus);
        if (faults.Count == before && Attributes.Encode(attributes).Length > MaxBytes) Add(path, $"It is larger than {MaxBytes} bytes.");
    }

    private void Check(string path, DataSet level, Predicate<Tag> isIncluded)
    {
        foreach (var element in level)
        {
            var at = $"{path}.{element.Tag.Value:X8}";
            if (isIncluded != Any && Values.TryGetValue(element.Tag, out var name)) Add(at, $"It is given as {name}.");
            else if (!isIncluded(element.Tag)) Add(at, "An entry of the worklist has no such attribute here.");
            else if (!DicomDictionary.TryGet(element.Tag, out var known)) Add(at, "There is no such attribute.");
            else if (element.VR != known.VR) Add(at, $"Its vr is {known.VR}.");
            else if (known.VM == "1" && element.Values.Count > 1) Add(at, "It has one value at most.");
            else Check(at, element);
        }
    }

    private void Check(string path, DataElement element)
    {
        for (var i = 0; i < element.Items.Count; i++) Check($"{path}[{i}]", element.Items[i], Any);
        if (element.IsEmpty || VrRules.For(element.VR).Kind is VrKind.Binary or VrKind.Sequence) return;
        var isText = VrRules.For(element.VR).IsString;
        foreach (var value in element.Values)
        {
            if (value.Length == 0) continue;
            if (isText && VrRules.FindProblem(value, element.VR) is { } problem) Add(path, $"A value {problem}.");
            else if (element.Tag == Tags.Modality && !isModality(value.Trim()))
                Add(path, "There is no such modality; a site adds its own to table modality_dicom.");
            else if (AttributeValues.FindProblem(element.Tag, value) is { } wrong) Add(path, wrong);
        }
    }

    /// <summary>Items hold what their macro says, of which the dictionary knows the attributes only.</summary>
    private static bool Any(Tag tag) => true;

    private void Add(string path, string text) => faults.Add(new RequestFault(path, text));
}
