using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Domain;
using CloudPacs.Store.Performed;

namespace CloudPacs.Integration.Performed;

/// <summary>N-GET of the Modality Performed Procedure Step Retrieve SOP class (PS3.4 F.8).</summary>
internal sealed class PerformedRetrieve(PerformedQueries queries) : IGetService
{
    /// <summary>A step as it is now, in a data set of the caller's own; null when nobody has reported it.</summary>
    public async Task<DataSet?> FindAsync(string sopInstanceUid, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(sopInstanceUid, cancellationToken) is not { } stored) return null;
        var all = Attributes.Copy(stored.Attributes);
        return all.Set(Tags.PerformedProcedureStepStatus, PerformedStates.Name(stored.State));
    }

    public async ValueTask<InstanceResult> GetAsync(InstanceRequest request, CancellationToken cancellationToken)
    {
        if (await FindAsync(request.SopInstanceUid!, cancellationToken) is not { } all)
            return new InstanceResult(DimseStatus.NoSuchSopInstance) { ErrorComment = "No performed procedure step has this UID" };
        all.Set(Tags.SpecificCharacterSet, "ISO_IR 192");
        if (request.Attributes.Count == 0) return InstanceResult.Success with { DataSet = all };
        var wanted = new DataSet();
        foreach (var element in all)
            if (request.Attributes.Contains(element.Tag) || element.Tag == Tags.SpecificCharacterSet) wanted.Add(element);
        return InstanceResult.Success with { DataSet = wanted };
    }
}
