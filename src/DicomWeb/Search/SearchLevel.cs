namespace CloudPacs.DicomWeb.Search;

/// <summary>What a search of the Studies service finds (PS3.18 10.6), from the top down.</summary>
public enum SearchLevel
{
    Study,
    Series,
    Instance,
}
