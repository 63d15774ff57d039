using CloudPacs.Dicom;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Studies;

namespace CloudPacs.Resources;

/// <summary>
/// At which visit a study was made, and why: as the order says that it was linked with first, as an ImagingStudy has one encounter; of a
/// study without an order, the visit that its images name. A reason that images show themselves comes before that of the order.
/// </summary>
internal static class ImagingStudyRequest
{
    public static void Write(StudyRow row, DataSet attributes, ResourceElements elements)
    {
        var reasons = ReasonsOf(attributes);
        if (reasons.Count > 0) WriteReasons(reasons, elements);
        if (row.Links.Find(static link => link.LinkState == LinkState.Linked) is not { } link)
        {
            WriteVisit(elements.Run.Workspace.PeekVisitOf(row)?.Id, elements);
            elements.Remove("reasonReference");
            if (reasons.Count == 0) elements.Remove("reasonCode");
            return;
        }

        // An order that is not at hand is not what changed: what it said stays.
        if (elements.Run.Workspace.Peek<OrderRow>(link.OrderId) is not { } order) return;
        WriteVisit(order.VisitId, elements);
        var type = ResourceTypes.Of(order)[0];
        if (type.Read(elements.Run.Workspace.FindFhir(type.Name, order.IdText)) is not { } request) return;
        Copy("reasonReference", request["reasonReference"u8], elements);
        if (reasons.Count == 0) Copy("reasonCode", request["reasonCode"u8], elements);
    }

    private static void WriteVisit(Guid? visit, ResourceElements elements)
    {
        if (ResourceRun.Reference("Encounter", visit) is { } reference) elements.Reference("encounter", reference);
        else elements.Remove("encounter");
    }

    private static void Copy(string element, ReadOnlySpan<byte> json, ResourceElements elements)
    {
        var value = json.ToArray();
        if (value.Length > 0) elements.Set(element, json => json.Raw(value));
        else elements.Remove(element);
    }

    /// <summary>Reason for the Requested Procedure (0040,1002) and its codes (0040,100A), each once (PS3.3 table 10-9).</summary>
    private static List<(DataSet? Code, string? Words)> ReasonsOf(DataSet attributes)
    {
        var reasons = new List<(DataSet? Code, string? Words)>();
        var known = new HashSet<(string?, string?, string?)>();
        foreach (var request in attributes.GetItems(Tags.RequestAttributesSequence))
        {
            var words = request.GetString(Tags.ReasonForTheRequestedProcedure);
            List<DataSet?> codes =
            [
                .. request.GetItems(Tags.ReasonForRequestedProcedureCodeSequence)
                    .Where(static code => CodedItems.CodeOf(code) is not null)
            ];
            if (codes.Count == 0 && words is not null) codes.Add(null);
            foreach (var code in codes)
            {
                var key = (code?.GetString(Tags.CodingSchemeDesignator), code is null ? null : CodedItems.CodeOf(code), words);
                if (known.Add(key)) reasons.Add((code, words ?? code?.GetString(Tags.CodeMeaning)));
            }
        }

        return reasons;
    }

    private static void WriteReasons(List<(DataSet? Code, string? Words)> reasons, ResourceElements elements)
    {
        var settings = elements.Run.Context.Identifiers?.Settings;
        elements.Set("reasonCode", json => json.List(reasons, (json, reason) =>
        {
            json.BeginObject();
            if (reason.Code is { } code)
            {
                json.Name("coding"u8);
                json.BeginArray();
                CodedItems.Write(json, code, settings);
                json.EndArray();
            }

            json.Text("text"u8, reason.Words);
            json.EndObject();
        }));
    }
}
