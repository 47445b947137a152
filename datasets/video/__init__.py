"""From a stream of pictures to drawings: decoding, cuts, holds, pans and changes. Knows no database."""
