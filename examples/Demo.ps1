Import-Module "$PSScriptRoot/../BatchOps.psd1"
