using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>Items of the Person Identification Macro (DICOM PS3.3 table 10-1) from XCN.</summary>
internal static class PersonItems
{
    /// <summary>
    /// Null unless the id has an authority: a code without a scheme names nobody. The scheme is the authority's namespace when it is listed
    /// in <c>schemes_dicom</c>, else the private one of the site.
    /// </summary>
    public static DataSet? Read(Element xcn, string? institution, EvalContext context)
    {
        var authority = AssigningAuthorities.Read(xcn.Component(9));
        if (!authority.HasAuthority) return null;
        var name = NameParts.Read(xcn, NameForm.Xcn);
        if (name.Id is null) return null;

        var code = CodedElement.Item(new MapCode(name.Id, SchemeOf(authority.Namespace, context), FhirNames.Display(name)), context);
        var item = new DataSet();
        var place = institution ?? authority.Namespace ?? authority.UniversalId;
        item.Set(Tags.InstitutionName, VrRules.Cut(VrRules.Clean(place!, VR.LO), 64));
        return item.SetSequence(Tags.PersonIdentificationCodeSequence, code);
    }

    private static string? SchemeOf(string? authority, EvalContext context) =>
        authority is not null && context.Settings.Tables.TryGetValue("schemes_dicom", out var table) && table.Contains(authority)
            ? authority
            : null;
}
