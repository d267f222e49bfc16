namespace BatchOps.Engine;

/// <summary>How much of an item a journal keeps. Its place, status, times and attempts are always kept.</summary>
public enum JournalContent
{
    /// <summary>Neither keys nor results nor messages: nothing that a run could be resumed from.</summary>
    None,

    /// <summary>Keys and error messages, no results: what succeeded can be skipped by a later run, not emitted again.</summary>
    Keys,

    /// <summary>Keys, error messages and results.</summary>
    Results,

    /// <summary>Keys, error messages, results and the items themselves.</summary>
    All,
}
