namespace BatchOps.Emulators.Google;

/// <summary>The kinds of page, which the service writes in capitals.</summary>
public enum PageType
{
    Slide,
    Master,
    Layout,
    Notes,
    NotesMaster,
}
