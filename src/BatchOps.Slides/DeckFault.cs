namespace BatchOps.Slides;

/// <summary>Why a deck was not made.</summary>
public enum DeckFault
{
    /// <summary>There is no such template, or it can't be read.</summary>
    TemplateNotFound,

    /// <summary>The file is no presentation in the .pptx format.</summary>
    NotAPresentation,

    /// <summary>The file is protected by a password, or an old binary .ppt.</summary>
    Encrypted,

    /// <summary>The file is in the Strict flavour of the format.</summary>
    Strict,

    /// <summary>The file holds macros.</summary>
    MacroEnabled,

    /// <summary>The file is broken.</summary>
    Damaged,

    /// <summary>The file, or what it unpacks to, is beyond the limits.</summary>
    TooLarge,

    /// <summary>There is no such image, or it can't be read.</summary>
    ImageNotFound,

    /// <summary>The image is beyond the limits.</summary>
    ImageTooLarge,

    /// <summary>The image is of a kind that can't be placed.</summary>
    ImageNotSupported,

    /// <summary>The output's name can't be made from the record, or leaves the output folder.</summary>
    OutputName,

    /// <summary>The output can't be written.</summary>
    OutputNotWritten,

    /// <summary>No slide is left after the slide rules.</summary>
    NoSlides,

    /// <summary>Tokens are left that have no value or stand where none can be put.</summary>
    Unresolved,

    /// <summary>Google knows no such presentation, or it is not shared with the account.</summary>
    PresentationNotFound,

    /// <summary>The account may not read, copy or write there.</summary>
    AccessDenied,

    /// <summary>The access token is no longer taken, or never was.</summary>
    TokenExpired,

    /// <summary>Google refused the changes.</summary>
    Refused,

    /// <summary>Others kept writing to the presentation.</summary>
    Conflict,
}
