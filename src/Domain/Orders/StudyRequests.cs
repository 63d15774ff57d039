using CloudPacs.Dicom;
using CloudPacs.Store;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Studies;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Domain.Orders;

/// <summary>What images say of one request that they were made for (PS3.3 C.7.2.1 and table 10-9).</summary>
internal sealed record StudyRequest(
    Identifier? AccessionNumber, Identifier? PlacerNumber, Identifier? FillerNumber, string? RequestedProcedureId, string? StepId)
{
    public bool IsEmpty => AccessionNumber is null && PlacerNumber is null && FillerNumber is null && StepId is null;
}

/// <summary>Reads the requests that a study names, and keeps those that further images name.</summary>
internal static class StudyRequests
{
    /// <summary>Further ones are not kept: no examination has so many requests.</summary>
    private const int Most = 100;

    public static IReadOnlyList<StudyRequest> Of(StudyRow study) => Read(Attributes.Read(study.Attributes));

    /// <summary>The requests of study and series; each once, those without any number left out.</summary>
    public static IReadOnlyList<StudyRequest> Read(DataSet attributes)
    {
        var requests = new List<StudyRequest>();
        foreach (var item in attributes.GetItems(Tags.RequestAttributesSequence).Prepend(attributes))
        {
            var request = new StudyRequest(
                ShownNumbers.Number(item, Tags.AccessionNumber, Tags.IssuerOfAccessionNumberSequence),
                ShownNumbers.Number(item, Tags.PlacerOrderNumberImagingServiceRequest, Tags.OrderPlacerIdentifierSequence),
                ShownNumbers.Number(item, Tags.FillerOrderNumberImagingServiceRequest, Tags.OrderFillerIdentifierSequence),
                item.GetString(Tags.RequestedProcedureId), item.GetString(Tags.ScheduledProcedureStepId));
            if (!request.IsEmpty && !requests.Contains(request)) requests.Add(request);
        }

        return requests;
    }

    /// <summary>The numbers by which an order may find the study.</summary>
    public static IReadOnlyList<string> Numbers(IEnumerable<StudyRequest> requests) =>
    [
        .. requests.SelectMany(static request => new[] { request.AccessionNumber, request.PlacerNumber, request.FillerNumber })
            .OfType<Identifier>().Select(static number => number.Value).Distinct(),
    ];

    /// <summary>Adds the numbers under which the orders of requests are found.</summary>
    public static void AddKeys(WorkspaceKeys keys, IEnumerable<StudyRequest> requests)
    {
        foreach (var request in requests)
        {
            if (request.AccessionNumber is { } accession) keys.AccessionNumbers.Add(accession.Value);
            if (request.PlacerNumber is { } placer) keys.PlacerNumbers.Add(placer.Value);
            if (request.FillerNumber is { } filler) keys.FillerNumbers.Add(filler.Value);
        }
    }

    /// <summary>The orders that share a number with a study, or for which it was scheduled.</summary>
    public static IEnumerable<OrderRow> Orders(Workspace workspace, StudyRow study)
    {
        var orders = new List<OrderRow>(workspace.FindByStudyUid(study.StudyInstanceUid));
        foreach (var request in Of(study))
        {
            if (request.AccessionNumber is { } accession) orders.AddRange(workspace.FindByAccession(accession.Value));
            if (request.PlacerNumber is { } placer) orders.AddRange(workspace.FindByPlacer(placer.Value));
            if (request.FillerNumber is { } filler) orders.AddRange(workspace.FindByFiller(filler.Value));
        }

        return orders.Distinct();
    }

    /// <summary>Adds the requests of a further image to those of the study.</summary>
    /// <returns>Whether there was a new one.</returns>
    public static bool Add(StudyRow study, DataSet header)
    {
        var known = Of(study);
        if (known.Count >= Most || Read(header).All(known.Contains)) return false;
        var attributes = Attributes.Copy(study.Attributes);
        List<DataSet> items = [.. attributes.GetItems(Tags.RequestAttributesSequence)];
        foreach (var item in header.GetItems(Tags.RequestAttributesSequence)) items.Add(item.Copy());
        // One series may name another accession number than the study does.
        if (header.GetString(Tags.AccessionNumber) is not null)
            items.Add(Only(header, Tags.AccessionNumber, Tags.IssuerOfAccessionNumberSequence));
        attributes.SetSequence(Tags.RequestAttributesSequence, [.. items.Take(Most)]);
        study.Attributes = Attributes.Renew(study.Attributes, attributes) ?? study.Attributes;
        study.Numbers = Numbers(Of(study));
        study.Touch();
        return true;
    }

    private static DataSet Only(DataSet attributes, params ReadOnlySpan<Tag> tags)
    {
        var only = new DataSet();
        foreach (var tag in tags)
        {
            if (attributes.TryGet(tag, out var element)) only.Add(element);
        }

        return only;
    }
}
