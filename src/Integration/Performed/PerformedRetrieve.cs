using CloudPacs.Dicom;
using CloudPacs.Dicom.Network;
using CloudPacs.Domain;
using CloudPacs.Store.Performed;

namespace CloudPacs.Integration.Performed;

/// <summary>N-GET of the Modality Performed Procedure Step Retrieve SOP class (PS3.4 F.8).</summary>
internal sealed class PerformedRetrieve(PerformedQueries queries) : IGetService
{
    public async ValueTask<InstanceResult> GetAsync(InstanceRequest request, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(request.SopInstanceUid!, cancellationToken) is not { } stored)
            return new InstanceResult(DimseStatus.NoSuchSopInstance) { ErrorComment = "No performed procedure step has this UID" };
        var all = Attributes.Copy(stored.Attributes);
        all.Set(Tags.PerformedProcedureStepStatus, PerformedStates.Name(stored.State));
        all.Set(Tags.SpecificCharacterSet, "ISO_IR 192");
        if (request.Attributes.Count == 0) return InstanceResult.Success with { DataSet = all };
        var wanted = new DataSet();
        foreach (var element in all)
            if (request.Attributes.Contains(element.Tag) || element.Tag == Tags.SpecificCharacterSet) wanted.Add(element);
        return InstanceResult.Success with { DataSet = wanted };
    }
}
