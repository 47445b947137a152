"""Networks by name: torch-free specs whose ``build`` imports torch (design.md, section 3).

Every network takes (N, 3, H, W) float RGB in 0..1 of any size, or (N, 4, H, W) with a mask behind it, and gives
(N, C, H, W) logits of the same size. Where a picture is made, three of them are a picture, -1 black and 1 white.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from modeling.registry import Entry, Params, Registry

if TYPE_CHECKING:
    from modeling.networks.base import AnySize


class NetworkParams(Params):
    """What every network has."""

    dropout: float = Field(0.1, ge=0, lt=1, description="Share of feature channels dropped while training")


class TinyParams(NetworkParams):
    """Parameters of ``tiny``."""

    width: int = Field(16, ge=4, le=128, description="Channels at full resolution; doubled at each level")


class LiteParams(NetworkParams):
    """Parameters of ``lite``."""

    pretrained: bool = Field(True, description="Start the encoder from ImageNet weights")
    head: Literal["auto", "half", "full"] = Field(
        "auto",
        description="Logits at half or at full resolution; auto: full where there is a class a channel",
    )


class GcnParams(NetworkParams):
    """Parameters of ``gcn``."""

    encoder: Literal["resnet18", "resnet34", "resnet50", "resnet101", "tf_efficientnet_lite0"] = Field(
        "resnet18", description="Encoder; the thesis uses ResNet-34, 50 and 101"
    )
    kernel: int = Field(25, ge=3, description="Length k of the factorized k x 1 and 1 x k kernels (odd)")
    width: int = Field(21, ge=4, description="Channels of the global convolutions")
    pretrained: bool = Field(True, description="Start the encoder from ImageNet weights")


class DenseDepthParams(NetworkParams):
    """Parameters of ``densedepth``."""

    encoder: Literal["tf_efficientnet_lite0", "densenet121", "densenet_small"] = Field(
        "tf_efficientnet_lite0",
        description="Encoder; the paper uses DenseNet: densenet121, or densenet_small of half its blocks, which always "
        "begins from scratch",
    )
    pyramid: bool = Field(True, description="Spatial pyramid pooling between encoder and decoder")
    upsampling: bool = Field(
        True,
        description="Upsampling modules, a 5 x 5 convolution over the encoder's features, too; else a 3 x 3 without",
    )
    width: int = Field(
        32, ge=4, le=128, description="Channels at half resolution; four times as many at the least"
    )
    pretrained: bool = Field(True, description="Start the encoder from ImageNet weights")


class SwishUNetParams(NetworkParams):
    """Parameters of ``swish_unet``."""

    width: float = Field(
        0.25,
        gt=0,
        le=2,
        description="Of the paper's 96, 192, 288, 384, 480 and 512 channels; a quarter for a CPU, 1 for a GPU",
    )
    gated: bool = Field(
        True, description="Swish gates; without them it is a plain U-Net of the same levels and widths"
    )
    norm: Literal["layer", "batch"] = Field(
        "layer",
        description="Normalization: layer takes each picture by itself, batch all of a batch together",
    )
    copies: bool = Field(
        True,
        description="Proposals begin as the painted frame that the network is shown, if any, and it learns what to "
        "change of that",
    )


class VdsrParams(NetworkParams):
    """Parameters of ``vdsr``."""

    dropout: float = Field(0.0, ge=0, lt=1, description="Share of feature channels dropped while training")
    blocks: int = Field(8, ge=1, le=64, description="Residual blocks of two convolutions")
    width: int = Field(32, ge=4, le=256, description="Channels of every block")


def _build_swish_unet(params: SwishUNetParams, out_channels: int = 1, in_channels: int = 3) -> AnySize:
    from modeling.networks.swish_unet import build

    return build(params, out_channels, in_channels)


def _build_vdsr(params: VdsrParams, out_channels: int = 1, in_channels: int = 3) -> AnySize:
    from modeling.networks.vdsr import build

    return build(params, out_channels, in_channels)


def _build_densedepth(params: DenseDepthParams, out_channels: int = 1, in_channels: int = 3) -> AnySize:
    from modeling.networks.densedepth import build

    return build(params, out_channels, in_channels)


def _build_tiny(params: TinyParams, out_channels: int = 1, in_channels: int = 3) -> AnySize:
    from modeling.networks.tiny import build

    return build(params, out_channels, in_channels)


def _build_lite(params: LiteParams, out_channels: int = 1, in_channels: int = 3) -> AnySize:
    from modeling.networks.lite import build

    return build(params, out_channels, in_channels)


def _build_gcn(params: GcnParams, out_channels: int = 1, in_channels: int = 3) -> AnySize:
    from modeling.networks.gcn import build

    return build(params, out_channels, in_channels)


NETWORKS: Registry[Entry[Any]] = Registry("network")
"""Networks by name; ``build(params, out_channels, in_channels)`` returns an ``AnySize``."""

NETWORKS.add(
    Entry(
        "lite",
        "U-Net decoder on a pretrained EfficientNet-Lite0: the default on a CPU",
        LiteParams,
        _build_lite,
    )
)
NETWORKS.add(
    Entry(
        "gcn",
        "Global Convolution Network of Peng et al. 2017, as in Kugler 2020: for a GPU",
        GcnParams,
        _build_gcn,
    )
)
NETWORKS.add(
    Entry(
        "tiny", "Plain U-Net of half a million parameters: the fastest, from scratch", TinyParams, _build_tiny
    )
)
NETWORKS.add(
    Entry(
        "densedepth",
        "Dense encoder, pyramid pooling and four upsampling modules, as in He and Jia 2023: for depth",
        DenseDepthParams,
        _build_densedepth,
    )
)
NETWORKS.add(
    Entry(
        "swish_unet",
        "Swish-gated U-Net of six levels, as in Wang 2022: for colours",
        SwishUNetParams,
        _build_swish_unet,
    )
)
NETWORKS.add(
    Entry(
        "vdsr",
        "Residual blocks that predict what a picture lacks, as in He and Jia 2023: for sharpness",
        VdsrParams,
        _build_vdsr,
    )
)
