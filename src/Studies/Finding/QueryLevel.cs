namespace CloudPacs.Studies.Finding;

/// <summary>What a query answers about: Query/Retrieve Level (PS3.4 C.6.1.1).</summary>
public enum QueryLevel { Patient, Study, Series, Image }
